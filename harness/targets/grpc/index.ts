/** gRPC servers, by the proto files that define their services. */
import type { DriverContext, TargetDriver } from '../../ports/target.ts'
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import { probeOnce } from '../probe-once.ts'
import { methodOf } from './request-name.ts'
import { type GrpcConfig, type GrpcRequestDocument, grpcConfigSchema, grpcRequestSchema } from './schema.ts'
import { grpcStatus, UNAVAILABLE } from './status.ts'

/** The `grpc` plugin. */
export const grpcPlugin: TargetPlugin = {
  name: 'grpc',
  configSchema: grpcConfigSchema,
  requestSchema: grpcRequestSchema,
  status: grpcStatus,
  pool: 1,
  files: ['protos', 'includes'],
  connectionsOf: () => 'one',
  nameOf: (request) => methodOf(request as GrpcRequestDocument),
  hostsOf: (config) => [hostOf((config as GrpcConfig).address)],
  probe(config, clock) {
    const { address } = config as GrpcConfig
    const lone = {
      createDriver: (context: DriverContext) => createDriver(config as GrpcConfig, context),
      request: { unary: 'grpc.health.v1.Health/Check', message: {} },
      clock,
    }
    // A server without a health check says that it does not know the method: it is there.
    return probeOnce(address, lone, ({ status }) => ({
      reachable: status !== UNAVAILABLE,
      text: `a health check of ${address} was answered ${grpcStatus.nameOf(status)}`,
    }))
  },
  createDriver: (config, context) => createDriver(config as GrpcConfig, context),
}

/** The library is loaded here, by runs that use it. */
async function createDriver(config: GrpcConfig, context: DriverContext): Promise<TargetDriver> {
  const { GrpcDriver } = await import('./driver.ts')
  return new GrpcDriver(config, context)
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '')
}
