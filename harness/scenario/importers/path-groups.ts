/** Paths that differ by what they ask for, grouped to templates: `/items/42` and `/items/43` are `/items/:id`. */
import type { LoggedRequest } from './log-line.ts'

export interface PathGroup {
  readonly method: string
  /** `/items/:id`, without a query. */
  readonly template: string
  readonly requests: readonly LoggedRequest[]
}

const IDENTIFIER = /^(?:\d+|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{12,}|(?=.*\d)[\w-]{20,})$/i
/** Segments that differ at one place below the same path by more than this are what is asked for, whatever they look like. */
const DIFFERENT_MAX = 15
const VARIABLE = ':id'

interface Node {
  readonly children: Map<string, Node>
  readonly requests: LoggedRequest[]
}

/** Groups requests by method and template. */
export function groupPaths(requests: readonly LoggedRequest[]): readonly PathGroup[] {
  const roots = new Map<string, Node>()
  for (const request of requests) {
    const root = roots.get(request.method) ?? emptyNode()
    roots.set(request.method, root)
    insert(root, request)
  }
  return [...roots].flatMap(([method, root]) => groupsIn(joined(root), method, ''))
}

function emptyNode(): Node {
  return { children: new Map(), requests: [] }
}

function insert(root: Node, request: LoggedRequest): void {
  let node = root
  for (const segment of segmentsOf(request.path)) {
    const key = IDENTIFIER.test(segment) ? VARIABLE : segment
    const next = node.children.get(key) ?? emptyNode()
    node.children.set(key, next)
    node = next
  }
  node.requests.push(request)
}

function segmentsOf(path: string): readonly string[] {
  return (path.split('?')[0] ?? '').split('/').slice(1)
}

/** Joins children of which there are too many to be names: the ends of paths alone, for what goes on below a name is a part of the service. */
function joined(node: Node): Node {
  const children = [...node.children].map(([key, child]) => [key, joined(child)] as const)
  const leaves = children.filter(([, { children: below }]) => below.size === 0)
  if (leaves.length <= DIFFERENT_MAX) return { requests: node.requests, children: new Map(children) }
  const others = children.filter(([, { children: below }]) => below.size > 0)
  const requests = leaves.flatMap(([, leaf]) => leaf.requests)
  const known = others.find(([key]) => key === VARIABLE)?.[1]
  const together: Node = {
    children: known?.children ?? new Map(),
    requests: [...(known?.requests ?? []), ...requests],
  }
  return {
    requests: node.requests,
    children: new Map([...others.filter(([key]) => key !== VARIABLE), [VARIABLE, together]]),
  }
}

function groupsIn(node: Node, method: string, path: string): readonly PathGroup[] {
  const own =
    node.requests.length === 0
      ? []
      : [{ method, template: path === '' ? '/' : path, requests: node.requests }]
  return [...own, ...[...node.children].flatMap(([key, child]) => groupsIn(child, method, `${path}/${key}`))]
}
