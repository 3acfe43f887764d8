/** The methods that proto files define, with what turns their messages into bytes and back. */
import { dirname } from 'node:path'
import {
  type AnyDefinition,
  loadSync,
  type MethodDefinition,
  type PackageDefinition,
  type ServiceDefinition,
} from '@grpc/proto-loader'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { nearestName } from '../../base/nearest-name.ts'
import { healthCheck } from './health.ts'
import type { GrpcMethod } from './method.ts'
import type { GrpcConfig } from './schema.ts'

/** Methods by name; the health check is always there. */
export class Methods {
  readonly #byName: ReadonlyMap<string, GrpcMethod>

  /** Reads the files. @throws HarnessError SCENARIO_INVALID when one of them cannot be used */
  constructor(config: Pick<GrpcConfig, 'protos' | 'includes'>) {
    const definitions = Object.entries(load(config)).flatMap(([service, definition]) =>
      isService(definition) ? methodsOf(service, definition) : [],
    )
    this.#byName = new Map([healthCheck, ...definitions].map((method) => [method.name, method]))
  }

  /** @throws HarnessError SCENARIO_INVALID when there is none of this name */
  get(name: string): GrpcMethod {
    const method = this.#byName.get(name)
    if (method !== undefined) return method
    const names = [...this.#byName.keys()]
    const nearest = nearestName(name, names)
    throw new HarnessError('SCENARIO_INVALID', `no proto file defines the method ${name}`, {
      hint: `${nearest === undefined ? '' : `Did you mean ${nearest}? `}There are: ${names.join(', ')}.`,
    })
  }
}

function load({ protos, includes }: Pick<GrpcConfig, 'protos' | 'includes'>): PackageDefinition {
  try {
    return loadSync([...protos], {
      keepCase: true,
      longs: String,
      enums: String,
      bytes: String,
      defaults: true,
      oneofs: true,
      includeDirs: [...includes, ...new Set(protos.map((file) => dirname(file)))],
    })
  } catch (cause) {
    throw new HarnessError('SCENARIO_INVALID', `protos: ${messageOf(cause)}`, {
      cause,
      hint: 'Give the paths of .proto files, relative to the scenario file; folders of their imports go to includes.',
    })
  }
}

function isService(definition: AnyDefinition): definition is ServiceDefinition {
  return !('format' in definition)
}

function methodsOf(service: string, definition: ServiceDefinition): GrpcMethod[] {
  return Object.entries(definition).map(([method, made]) => methodOf(`${service}/${method}`, made))
}

function methodOf(name: string, definition: MethodDefinition<object, object>): GrpcMethod {
  const { path, requestStream, responseStream, requestSerialize, responseDeserialize, requestType } =
    definition
  const { field = [] } = requestType.type as { readonly field?: readonly { readonly name: string }[] }
  return {
    name,
    path,
    requestStream,
    responseStream,
    fields: field.map((entry) => entry.name),
    encode: requestSerialize,
    decode: responseDeserialize,
  }
}
