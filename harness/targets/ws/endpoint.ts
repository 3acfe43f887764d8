/** The address of a WebSocket server: an HTTP server that is asked to change its protocol. */
import { type Endpoint, type EndpointSettings, parseEndpoint, problemOfUrl } from '../http/endpoint.ts'

/** Returns the problem of a target's URL, for people; null when there is none. */
export function problemOfWsUrl(text: string): string | null {
  if (!URL.canParse(text)) return `'${text}' is not a URL; write for example ws://127.0.0.1:9000`
  if (!/^wss?:/i.test(text)) return 'the URL must begin with ws:// or wss://'
  return problemOfUrl(asHttp(text))
}

/** @param text a URL without problems @param settings without problems */
export function parseWsEndpoint(text: string, settings: EndpointSettings = {}): Endpoint {
  return parseEndpoint(asHttp(text), settings)
}

function asHttp(text: string): string {
  return text.replace(/^ws/i, 'http')
}
