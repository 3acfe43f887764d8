/** A broker of one run on this machine: `nats-server` on a free port of loopback, with a store and a password of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { type Clock, sleep } from '../base/clock.ts'
import { HarnessError, systemCodeOf } from '../base/errors.ts'
import { parseJson } from '../base/parse-json.ts'

const START_LIMIT_MS = 30_000
const LOOK_MS = 50

export interface LocalBroker {
  /** `nats://token@127.0.0.1:port`. */
  readonly url: string
  /** Ends it and removes its store. Safe to repeat. */
  stop(): Promise<void>
}

/** Starts it and waits until it listens. @throws HarnessError POOL_UNREACHABLE */
export async function startLocalBroker(clock: Clock): Promise<LocalBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'proofload-pool-'))
  const token = randomBytes(16).toString('hex')
  const config = join(folder, 'nats.conf')
  await writeFile(config, configOf(folder, token), { mode: 0o600 })
  // Its shell ends it when this process is gone, however that ended: then nobody writes to its input any more.
  const script =
    'nats-server -c "$1" & broker=$!; trap "kill $broker" TERM; read -r _; kill $broker; wait $broker'
  const child = spawn('sh', ['-c', script, 'sh', config], { stdio: ['pipe', 'ignore', 'pipe'] })
  const failure = failureOf(child)
  const stop = async () => {
    child.stdin?.end()
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const port = await portOf(folder, clock, failure)
    return { url: `nats://${token}@127.0.0.1:${port}`, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function configOf(folder: string, token: string): string {
  return `listen: "127.0.0.1:-1"
ports_file_dir: "${folder}"
log_file: "${join(folder, 'nats.log')}"
max_payload: 8388608
authorization { token: "${token}" }
jetstream { store_dir: "${join(folder, 'store')}" }
`
}

/** Returns the reason why it did not start; null as long as nothing is known. */
function failureOf(child: ChildProcess): () => string | null {
  let said = ''
  let error: string | null = null
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  child.on('error', (thrown) => {
    error = systemCodeOf(thrown) ?? String(thrown)
  })
  return () => error ?? (said === '' ? null : said.trim())
}

/** The port that it has chosen: it writes a file when it listens. */
async function portOf(folder: string, clock: Clock, failure: () => string | null): Promise<string> {
  for (const endMs = clock.nowMs() + START_LIMIT_MS; clock.nowMs() < endMs && failure() === null; ) {
    const url = await listeningUrl(folder)
    if (url !== null) return new URL(url).port
    await sleep(clock, LOOK_MS)
  }
  throw new HarnessError(
    'POOL_UNREACHABLE',
    `nats-server did not start: ${failure() ?? 'it does not listen'}`,
    {
      hint: 'Install it (apt-get install nats-server), or use a broker that runs: --on nats://host:4222/pool.',
    },
  )
}

const portsSchema = z.object({ nats: z.array(z.string()).min(1) })

/** Null: it has not told yet, or only a part. */
async function listeningUrl(folder: string): Promise<string | null> {
  const file = (await readdir(folder)).find((name) => name.endsWith('.ports'))
  if (file === undefined) return null
  try {
    return portsSchema.parse(parseJson(await readFile(join(folder, file), 'utf8'))).nats[0] ?? null
  } catch {
    return null
  }
}
