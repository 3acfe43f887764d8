import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Clock } from '../../base/clock.ts'
import type { ProbeResult } from '../../ports/target.ts'

const LIMIT_MS = 5000

/** One GET of the URL. A server error is reachable but not sane: load on it would measure its error page. Never throws. */
export function probeUrl(url: string, verifyTls: boolean, clock: Clock): Promise<ProbeResult> {
  const startMs = clock.nowMs()
  return new Promise((resolve) => {
    const answer = (reachable: boolean, message: string) =>
      resolve({ reachable, message: `${url} ${message}`, elapsedMs: clock.nowMs() - startMs })
    const send = url.startsWith('https:') ? requestHttps : requestHttp
    const request = send(
      url,
      { timeout: LIMIT_MS, rejectUnauthorized: verifyTls, headers: { 'user-agent': 'proofload' } },
      (response) => {
        const status = response.statusCode ?? 0
        answer(status < 500, `answers with status ${status}`)
        response.destroy()
      },
    )
    request.on('timeout', () => request.destroy(new Error(`does not answer within ${LIMIT_MS / 1000} s`)))
    request.on('error', (error) =>
      answer(false, `cannot be reached: ${error.message || (error as NodeJS.ErrnoException).code}`),
    )
    request.end()
  })
}
