/** A gRPC target and its steps, as authors write them. */
import type { Written } from '../../base/written.ts'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { GrpcClient } from './client.ts'
import type { grpcConfigSchema, grpcRequestSchema } from './schema.ts'

type Request = Written<typeof grpcRequestSchema>
type Message = NonNullable<Request['message']>
type Send = NonNullable<Request['send']>

/** Parts of a gRPC step besides its method and messages. */
export type GrpcStepOptions = StepOptions & Pick<Request, 'metadata'>

function grpcStep(request: Request, { metadata, ...shared }: GrpcStepOptions = {}): RequestStep {
  return requestStep({ ...request, ...(metadata && { metadata }) }, shared)
}

/** A gRPC target, and its steps: `grpc({ address, protos })`, `grpc.unary('route.Guide/GetFeature', { latitude: 1 })`. */
export const grpc = Object.assign(
  (config: Written<typeof grpcConfigSchema>): TargetRef<GrpcClient> => ({ plugin: 'grpc', config }),
  {
    /** Sends one message and waits for one answer. */
    unary: (method: string, message: Message = {}, options?: GrpcStepOptions) =>
      grpcStep({ unary: method, message }, options),
    /** Sends one message and reads a stream of answers. */
    serverStream(
      method: string,
      message: Message = {},
      options: GrpcStepOptions & Pick<Request, 'until'> = {},
    ): RequestStep {
      const { until, ...shared } = options
      return grpcStep({ serverStream: method, message, ...(until && { until }) }, shared)
    },
    /** Sends a stream of messages and waits for one answer. */
    clientStream: (method: string, send: Send = {}, options?: GrpcStepOptions) =>
      grpcStep({ clientStream: method, send }, options),
    /** Sends a stream of messages and reads a stream of answers. */
    bidi(
      method: string,
      send: Send = {},
      options: GrpcStepOptions & Pick<Request, 'match'> = {},
    ): RequestStep {
      const { match, ...shared } = options
      return grpcStep({ bidi: method, send, ...(match !== undefined && { match }) }, shared)
    },
  },
)
