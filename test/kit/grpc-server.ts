/** A gRPC server over the library, of the service in scenarios/examples/route.proto. */
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceClientConstructor,
  type sendUnaryData,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

export const ROUTE_PROTO = new URL('../../scenarios/examples/route.proto', import.meta.url).pathname

type Message = Record<string, unknown>

/** What the server does. Each kind has a default that answers well. */
export interface GrpcBehaviour {
  readonly unary?: (call: ServerUnaryCall<Message, Message>, answer: sendUnaryData<Message>) => void
  readonly list?: (call: ServerWritableStream<Message, Message>) => void
  readonly record?: (call: ServerReadableStream<Message, Message>, answer: sendUnaryData<Message>) => void
  readonly chat?: (call: ServerDuplexStream<Message, Message>) => void
}

export interface GrpcServer {
  readonly address: string
  readonly server: Server
}

const definition = loadSync(ROUTE_PROTO, { keepCase: true, defaults: true })
const { route } = loadPackageDefinition(definition) as unknown as {
  readonly route: { readonly Guide: ServiceClientConstructor }
}

function list(call: ServerWritableStream<Message, Message>): void {
  for (let i = 0; i < Number(call.request['points']); i++) call.write({ name: `feature ${i}` })
  call.end()
}

function record(call: ServerReadableStream<Message, Message>, answer: sendUnaryData<Message>): void {
  let count = 0
  call.on('data', () => count++)
  call.on('end', () => answer(null, { point_count: count }))
  call.on('error', () => undefined)
}

function chat(call: ServerDuplexStream<Message, Message>): void {
  call.on('data', (note) => call.write(note))
  call.on('end', () => call.end())
  call.on('error', () => undefined)
}

/** Serves on loopback until the returned function is called. @param port 0 = any */
export async function serveGrpc(
  behaviour: GrpcBehaviour = {},
  port = 0,
  credentials = ServerCredentials.createInsecure(),
): Promise<GrpcServer & { stop(): void }> {
  const server = new Server()
  server.addService(route.Guide.service, {
    GetFeature:
      behaviour.unary ??
      ((call: ServerUnaryCall<Message, Message>, answer: sendUnaryData<Message>) =>
        answer(null, { name: 'here', location: call.request })),
    List: behaviour.list ?? list,
    Record: behaviour.record ?? record,
    Chat: behaviour.chat ?? chat,
  })
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, found) =>
      error === null ? resolve(found) : reject(error),
    ),
  )
  return { address: `127.0.0.1:${bound}`, server, stop: () => server.forceShutdown() }
}

/** A server that is gone, connections included, after the body. */
export async function withGrpcServer(
  behaviour: GrpcBehaviour,
  body: (server: GrpcServer) => Promise<void>,
): Promise<void> {
  const served = await serveGrpc(behaviour)
  try {
    await body(served)
  } finally {
    served.stop()
  }
}
