/** The health check of gRPC, which every server may have (grpc.health.v1): written by hand, so that probes need no proto file. */
import type { GrpcMethod } from './method.ts'

export const HEALTH_CHECK = 'grpc.health.v1.Health/Check'

const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']
/** Heads of the only field of each message: a text of the request, a number of the answer. */
const SERVICE_TAG = 0x0a
const STATUS_TAG = 0x08
const NAME_BYTES_MAX = 127

export const healthCheck: GrpcMethod = {
  name: HEALTH_CHECK,
  path: `/${HEALTH_CHECK}`,
  requestStream: false,
  responseStream: false,
  fields: ['service'],
  encode(message) {
    const { service = '' } = message as { readonly service?: string }
    const name = Buffer.from(service)
    if (name.length > NAME_BYTES_MAX)
      throw new Error(`the name of a service has at most ${NAME_BYTES_MAX} bytes`)
    return name.length === 0 ? name : Buffer.concat([Buffer.from([SERVICE_TAG, name.length]), name])
  },
  decode(bytes) {
    const status = bytes[0] === STATUS_TAG ? bytes[1] : 0
    return { status: STATUSES[status ?? 0] ?? String(status) }
  },
}
