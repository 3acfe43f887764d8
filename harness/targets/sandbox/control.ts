/** The control routes, `/__truth` and `/__faults`: answered whatever the faults are, and never counted. */
import type { IncomingMessage } from 'node:http'
import { messageOf } from '../../base/errors.ts'
import type { FaultInjector } from './fault-injector.ts'
import { faultsSchema } from './faults.ts'
import type { Reply } from './reply.ts'
import type { Truth } from './truth.ts'

/** Paths that start like this are control. */
export const CONTROL_PREFIX = '/__'

/** The routes, for people. */
export const CONTROL_ROUTES = ['GET|DELETE /__truth', 'GET|PUT|DELETE /__faults'] as const

const BODY_BYTES_MAX = 64 * 1024
const FAULT_NAMES = Object.keys(faultsSchema.shape).join(', ')

/** The state that the control routes read and change. */
export interface ControlTools {
  readonly truth: Truth
  readonly faults: FaultInjector
}

/** Answers one control request. Never throws for what a client sends. */
export async function answerControl(
  request: IncomingMessage,
  path: string,
  tools: ControlTools,
): Promise<Reply> {
  const { truth, faults } = tools
  switch (`${request.method} ${path}`) {
    case 'GET /__truth':
      return { status: 200, value: truth.toDocument() }
    case 'DELETE /__truth':
      truth.reset()
      return { status: 200, value: truth.toDocument() }
    case 'GET /__faults':
      return { status: 200, value: faults.current }
    case 'PUT /__faults':
      return replaceFaults(await readBody(request), faults)
    case 'DELETE /__faults':
      faults.replace({})
      return { status: 200, value: faults.current }
    default:
      return {
        status: 404,
        value: { error: `no control ${request.method} ${path}`, known: CONTROL_ROUTES },
      }
  }
}

function replaceFaults(body: string | null, faults: FaultInjector): Reply {
  if (body === null) return { status: 413, value: { error: `faults take at most ${BODY_BYTES_MAX} bytes` } }
  let document: unknown
  try {
    document = JSON.parse(body)
  } catch (thrown) {
    return refusal([{ path: '', message: `the body is not JSON: ${messageOf(thrown)}` }])
  }
  const parsed = faultsSchema.safeParse(document)
  if (!parsed.success)
    return refusal(parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })))
  faults.replace(parsed.data)
  return { status: 200, value: faults.current }
}

function refusal(problems: readonly { readonly path: string; readonly message: string }[]): Reply {
  const hint = `Write for example { "slow": { "factor": 10, "component": "llm" } }. Known: ${FAULT_NAMES}.`
  return {
    status: 400,
    value: { error: 'the faults are not valid; the earlier ones stay in force', problems, hint },
  }
}

/** The whole body as text, or null when it is longer than allowed. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk)
  }
  return bytes <= BODY_BYTES_MAX ? Buffer.concat(chunks).toString() : null
}
