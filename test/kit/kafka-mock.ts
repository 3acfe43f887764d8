/** The mock cluster of librdkafka, which `kcat` carries: one broker of loopback with topics in memory, groups and offsets. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CuttingProxy } from './cutting-proxy.ts'
import { isInstalled } from './server-process.ts'
import { until } from './until.ts'

export const HAS_KCAT = isInstalled('kcat', '-V')
/** The reason why a test is skipped where it is not installed. */
export const KCAT_HINT = 'no kcat, whose mock cluster stands for Kafka; apt-get install kcat'

const HOST = '127.0.0.1'

/** A mock cluster behind a proxy, which can be ended and come back at the same address. */
export interface KafkaMock {
  readonly brokers: readonly string[]
  readonly proxy: CuttingProxy
}

/** A mock cluster for the time of the body. */
export async function withKafkaMock(body: (mock: KafkaMock) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-kafka-'))
  const log = join(folder, 'log')
  const descriptor = openSync(log, 'w')
  // A producer that waits for its standard input: the cluster lives as long as it does.
  const child = spawn(
    'kcat',
    ['-P', '-b', `${HOST}:1`, '-t', 'nothing', '-X', 'test.mock.num.brokers=1', '-d', 'mock'],
    { stdio: ['pipe', 'ignore', descriptor] },
  )
  const onExit = () => child.kill('SIGKILL')
  process.once('exit', onExit)
  try {
    const port = await portIn(log)
    const proxy = new CuttingProxy(port, (bytes) => addressedTo(bytes, port, proxy.port))
    await proxy.start()
    try {
      await body({ brokers: [`${HOST}:${proxy.port}`], proxy })
    } finally {
      await proxy.kill()
    }
  } finally {
    process.off('exit', onExit)
    await end(child)
    closeSync(descriptor)
    rmSync(folder, { recursive: true })
  }
}

async function portIn(log: string): Promise<number> {
  let port = 0
  await until(() => {
    port = Number(/bootstrap\.servers=127\.0\.0\.1:(\d+)/.exec(readFileSync(log, 'utf8'))?.[1] ?? 0)
    return port > 0
  })
  return port
}

/** Has clients come to the proxy: a broker tells them its address, text and number. */
function addressedTo(bytes: Buffer, from: number, to: number): Buffer {
  const address = (port: number) => {
    const number = Buffer.alloc(4)
    number.writeInt32BE(port)
    return Buffer.concat([Buffer.from([0, HOST.length]), Buffer.from(HOST), number])
  }
  const [wanted, other] = [address(from), address(to)]
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + other.length))
    other.copy(bytes, at)
  return bytes
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}
