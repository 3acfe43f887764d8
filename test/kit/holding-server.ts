import { startHttpServer } from './servers.ts'

/** An HTTP server that counts requests by path and leaves those of some paths unanswered, from the n-th on. */
export interface HoldingServer {
  readonly url: string
  /** How many have arrived. */
  count(path: string): number
  /** Resolves when so many have arrived. */
  arrived(path: string, count?: number): Promise<void>
  /** Answers all that are held, and holds none any more. */
  letGo(): void
  close(): Promise<void>
}

/** @param holds number of the first request that is held, by path */
export async function startHoldingServer(holds: Readonly<Record<string, number>>): Promise<HoldingServer> {
  const counts = new Map<string, number>()
  const held = new Set<() => void>()
  const waiting = new Set<() => void>()
  let isHolding = true
  const server = await startHttpServer((request, response) => {
    const path = request.url ?? ''
    const count = (counts.get(path) ?? 0) + 1
    counts.set(path, count)
    const answer = () => response.end('{}')
    if (isHolding && count >= (holds[path] ?? Number.POSITIVE_INFINITY)) held.add(answer)
    else answer()
    for (const look of [...waiting]) look()
  })
  return {
    url: server.url,
    count: (path) => counts.get(path) ?? 0,
    arrived: (path, count = 1) =>
      new Promise((resolve) => {
        const look = () => {
          if ((counts.get(path) ?? 0) < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    letGo() {
      isHolding = false
      for (const answer of held) answer()
    },
    close: () => server.close(),
  }
}
