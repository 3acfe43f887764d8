/** Flags that say what a URL is asked, under the names that curl, oha and hey have for them. */
import type { Command } from 'commander'
import { parseDurationMs } from '../base/units.ts'
import { withoutGaps } from '../base/without-gaps.ts'
import type { UrlFlags } from '../scenario/from-url/url-source.ts'
import { collected, withUnit } from './scenario-options.ts'

/** Adds the flags to a command that takes URLs. */
export function addRequestOptions(command: Command): Command {
  return command
    .optionsGroup('Options for URLs:')
    .option('-X, --method <method>', 'method of the request (default: GET, with a body POST)')
    .option(
      '-H, --header <text>',
      "header, e.g. 'Authorization: Bearer env:TOKEN' (repeatable); env:NAME comes from the environment",
      collected,
    )
    .option('-d, --body <text>', 'body of the request, or @ and a file; JSON is sent as such')
    .option('--form <name=value>', 'field of a form in the body, or name=@file (repeatable)', collected)
    .option('-u, --user <name:password>', 'Basic authentication; env:NAME comes from the environment')
    .option('-k, --insecure', 'do not verify the certificate of the server')
    .option('--cacert <file>', 'PEM file of an authority to trust besides')
    .option('--cert <file>', 'PEM file of a certificate of its own; with --key')
    .option('--key <file>', 'PEM file of its private key')
    .option('--sni <name>', 'name that the server is asked for, and has to prove')
    .option('--http2', 'use HTTP/2')
    .option('--timeout <time>', 'time limit of a request, e.g. 5s, or 5', withUnit('s', parseDurationMs))
    .option('--connect-to <host:port>', 'place to connect to instead of that of the URL')
    .option('--resolve <host:port:address>', 'address to connect to for a host and port, as curl has it')
    .option('--no-keepalive', 'a connection of its own for every request')
    .option('--unix-socket <file>', 'socket of this machine to connect to instead')
    .option('--urls <file>', 'requests to send: METHOD URL @body-file, one a line')
    .option('--curl <command>', 'the request of a command of curl')
}

/** Picks these flags out of those of a command. */
export function urlFlagsOf(flags: UrlFlags): UrlFlags {
  const { method, header, body, form, user, insecure, cacert, cert, key, sni, http2 } = flags
  const { timeout, resolve, keepalive, connectTo, unixSocket, urls, curl, requests } = flags
  const request = { method, header, body, form, user, insecure, cacert, cert, key, sni, http2 }
  return withoutGaps({
    ...request,
    timeout,
    resolve,
    keepalive: keepalive === false ? false : undefined,
    connectTo,
    unixSocket,
    urls,
    curl,
    requests,
  }) as UrlFlags
}
