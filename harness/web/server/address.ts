/** Addresses of dashboards. */
import { HarnessError } from '../../base/errors.ts'

/** A host without brackets and a port; 0 for any free one. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

export const LOOPBACK = '127.0.0.1'

/** `7171`, `0.0.0.0:7171`, `[::1]:7171`; loopback unless a host is named. @throws HarnessError USAGE */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:(?<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):)?(?<port>\d{1,5})$/.exec(text)
  const port = Number(match?.groups?.['port'])
  if (match === null || port > 65_535)
    throw new HarnessError('USAGE', `${JSON.stringify(text)} is not an address to listen on`, {
      hint: 'Write a port or host:port, such as 7171, 0.0.0.0:7171 or [::1]:7171; put --ui after the scenario.',
    })
  return { host: withoutBrackets(match.groups?.['host'] ?? LOOPBACK), port }
}

/** `http://127.0.0.1:7171` */
export function urlOf({ host, port }: ListenAddress): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '')
}
