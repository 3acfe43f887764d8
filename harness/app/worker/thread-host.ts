/** The threads of this machine as a worker drives them: its own secrets, its own limits, its own view of the target. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HarnessError } from '../../base/errors.ts'
import { allocateLease, setLease } from '../../cluster/lease-clock.ts'
import { readyShards } from '../../cluster/thread-shards.ts'
import type { Host } from '../../ports/host.ts'
import type { HostDrive, HostLoad, HostShare } from '../../ports/host-drive.ts'
import type { RunningLoad } from '../../ports/load-driver.ts'
import type { PreflightFinding } from '../../ports/preflight.ts'
import { atHome } from '../../scenario/portable-module.ts'
import { watchGenerator } from '../run/resources.ts'
import { RunSecrets } from '../run/run-secrets.ts'
import { checkOnWorker, type HostLimits } from './check-on-worker.ts'

export function threadHost(host: Host, limits: HostLimits): HostDrive {
  const look: HostDrive['look'] = (plan, share) => checkOnWorker(plan, share, limits, host)
  return {
    look,
    async load(share) {
      requireClear(await look(share.plan, share.stripe))
      const folder = await mkdtemp(join(tmpdir(), 'proofload-worker-'))
      const remove = () => rm(folder, { recursive: true, force: true })
      try {
        return await loadThreads(share, host, folder, remove)
      } catch (error) {
        await remove()
        throw error
      }
    },
  }
}

async function loadThreads(
  share: HostShare,
  host: Host,
  folder: string,
  remove: () => Promise<void>,
): Promise<HostLoad> {
  const { runId, plan, code, stripe, setupValue, provisioned, correlationId, onSecond } = share
  const { clock } = host
  const secrets = await RunSecrets.read(plan, host.env)
  const giveUp = new AbortController()
  const lease = allocateLease(clock)
  const generator = watchGenerator(clock)
  const module = code === null ? null : { path: join(folder, 'scenario.mjs') }
  if (module !== null) await writeFile(module.path, atHome(code as string))
  const load = {
    ...{ runId, plan, module, threads: stripe.of, secrets: secrets.values(), setupValue, provisioned },
    ...{ correlationId, clock, giveUp: giveUp.signal, onLoss: () => undefined },
    onSecond: ({ snapshots }: { snapshots: Parameters<HostShare['onSecond']>[0]['snapshots'] }) =>
      onSecond({ snapshots, used: generator.take() }),
  }
  const ready = await readyShards(load, stripe, lease)
  let running: RunningLoad | null = null
  let stopRefreshing = () => {}
  return {
    leaseUntil: (machineMs) => setLease(lease, machineMs),
    stop: (mode) => running?.stop(mode),
    async start(startMachineMs) {
      generator.take()
      const started = ready.start(startMachineMs)
      running = started
      stopRefreshing = secrets.keepFresh(clock, started.renewSecret, (message) =>
        host.stderr.write(`${message}\n`),
      )
      try {
        return await started.ended
      } finally {
        stopRefreshing()
      }
    },
    async discard() {
      giveUp.abort()
      running?.stop('abort')
      await (running === null ? ready.discard() : running.ended)
      await remove()
    },
  }
}

/** Load that this host does not allow is not sent from it, whoever asks. @throws HarnessError PREFLIGHT_BLOCKED */
function requireClear(findings: readonly PreflightFinding[]): void {
  const blocked = findings.find(({ level }) => level === 'blocked')
  if (blocked !== undefined)
    throw new HarnessError('PREFLIGHT_BLOCKED', `${blocked.check}: ${blocked.message}`, {
      hint: blocked.hint ?? 'See `proofload preflight`.',
    })
}
