/**
 * Finds the process that listens on a TCP port: /proc/net/tcp has the socket, /proc/<pid>/fd the process that holds it. Linux
 * only.
 */
import { processEntry, processIds } from './process-table.ts'
import { linkAt, namesIn, textOf } from './system-files.ts'

export interface PortOwner {
  readonly pid: number
  /** The path of the descriptor of its socket, and the target of that link. */
  readonly path: string
  readonly socket: string
}

const LISTENING = '0A'

/**
 * Returns the owner of a port; of several (a server and its forks) the one started first; null when none is visible. @param root
 * prefix of /proc
 */
export function ownerOfPort(port: number, root: string): PortOwner | null {
  const sockets = listeningSockets(port, root)
  if (sockets.size === 0) return null
  const owners = processIds(root).flatMap((pid) => holdersIn(pid, sockets, root))
  const startOf = ({ pid }: PortOwner) => processEntry(pid, root)?.startTicks ?? Number.POSITIVE_INFINITY
  return owners.sort((a, b) => startOf(a) - startOf(b) || a.pid - b.pid)[0] ?? null
}

/** Returns true while the process still owns the port, by a check of that one descriptor. */
export function ownsPort({ path, socket }: PortOwner): boolean {
  return linkAt(path) === socket
}

function listeningSockets(port: number, root: string): ReadonlySet<string> {
  const lines = ['tcp', 'tcp6'].flatMap((name) => (textOf(`${root}/proc/net/${name}`) ?? '').split('\n'))
  return new Set(
    lines.flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
      const listens = state === LISTENING && Number.parseInt(local.split(':')[1] ?? '', 16) === port
      return listens ? [`socket:[${inode}]`] : []
    }),
  )
}

function holdersIn(pid: number, sockets: ReadonlySet<string>, root: string): PortOwner[] {
  const folder = `${root}/proc/${pid}/fd`
  for (const name of namesIn(folder)) {
    const path = `${folder}/${name}`
    const socket = linkAt(path)
    if (socket !== null && sockets.has(socket)) return [{ pid, path, socket }]
  }
  return []
}
