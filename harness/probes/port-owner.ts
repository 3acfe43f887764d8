/** Which process listens on a TCP port: /proc/net/tcp has the socket, /proc/<pid>/fd the process that holds it. Linux only. */
import { processEntry, processIds } from './process-table.ts'
import { linkAt, namesIn, textOf } from './system-files.ts'

export interface PortOwner {
  readonly pid: number
  /** The descriptor under which it holds the socket, and what that links to. */
  readonly path: string
  readonly socket: string
}

const LISTENING = '0A'

/** Of several (a server and what it forked) the one that was started first; null when none can be seen. @param root stands before /proc */
export function ownerOfPort(port: number, root: string): PortOwner | null {
  const sockets = listeningSockets(port, root)
  if (sockets.size === 0) return null
  const owners = processIds(root).flatMap((pid) => holdersIn(pid, sockets, root))
  const startOf = ({ pid }: PortOwner) => processEntry(pid, root)?.startTicks ?? Number.POSITIVE_INFINITY
  return owners.sort((a, b) => startOf(a) - startOf(b) || a.pid - b.pid)[0] ?? null
}

/** Whether it still does: looked up by the one descriptor. */
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
