/** CPU of a unary call, against the bare `@grpc/grpc-js` library. `node --import tsx bench/targets/grpc.ts` */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { type Client, credentials, loadPackageDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { grpcPlugin } from '../../harness/targets/grpc/index.ts'
import { ROUTE_PROTO, withGrpcServer } from '../../test/kit/grpc-server.ts'
import { compareWithLibrary, driverFor, throughDriver } from '../kit/driver-loop.ts'

type Call = (message: object, callback: (error: Error | null) => void) => void

if (process.send !== undefined) await withGrpcServer({}, ({ address }) => serve(address))
else await compare()

/** Tells the parent where it is, and stays until it is ended. */
async function serve(address: string): Promise<void> {
  process.send?.(address)
  await once(process, 'disconnect')
}

async function compare(): Promise<void> {
  const server = fork(new URL(import.meta.url), { execArgv: ['--import', 'tsx'] })
  const [address] = (await once(server, 'message')) as [string]
  const driver = await driverFor(grpcPlugin, { address, protos: [ROUTE_PROTO] })
  const { route } = loadPackageDefinition(loadSync(ROUTE_PROTO)) as unknown as {
    readonly route: {
      readonly Guide: new (address: string, credentials: unknown) => Client & { GetFeature: Call }
    }
  }
  const client = new route.Guide(address, credentials.createInsecure())
  try {
    await compareWithLibrary(
      '@grpc/grpc-js',
      throughDriver(driver, { unary: 'route.Guide/GetFeature', message: { latitude: 1 } }),
      () =>
        new Promise<void>((resolve, reject) =>
          client.GetFeature({ latitude: 1 }, (error) => (error === null ? resolve() : reject(error))),
        ),
    )
  } finally {
    await driver.close()
    client.close()
    server.disconnect()
  }
}
