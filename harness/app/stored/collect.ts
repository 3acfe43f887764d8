/** A run whose coordinator is gone for good: what its log and its workers have becomes a record of everything that was counted. */
import { join, resolve } from 'node:path'
import { judge } from '../../analysis/judge.ts'
import { isoOf } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'
import { PoolDriver } from '../../cluster/coordinator/pool-driver.ts'
import { SnapshotMerger } from '../../cluster/merge-snapshots.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Host } from '../../ports/host.ts'
import type { ClosedSecond } from '../../ports/load-driver.ts'
import { knownSecrets } from '../../scenario/secrets.ts'
import { createRunFolder, RECORD_FILE } from '../../store/run-folder.ts'
import { exists } from '../../system/files.ts'
import { joinPool, type PoolRef } from '../pool/join-pool.ts'
import { DEFAULT_REPORTS } from '../reports/documents.ts'
import { describeEnvironment } from '../run/environment.ts'
import { type FinishedRun, publishRun } from '../run/publish.ts'
import { measuredOf, phaseAt } from '../run/record-parts.ts'
import { createRunMask } from '../run/run-mask.ts'

export interface CollectRequest extends PoolRef {
  readonly runId: string
  /** Folder for reports. */
  readonly outDir: string
  readonly note: (message: string) => void
}

/**
 * Ends a run in the place of its coordinator, judges and publishes it. Never GO: the load was not the planned one, and its teardown
 * was not run.
 * @throws HarnessError RUN_TAKEN while its coordinator lives, RECORD_NOT_FOUND, USAGE when it has a record already
 */
export async function collectRun(request: CollectRequest, host: Host): Promise<FinishedRun> {
  const { link, subjects } = await joinPool(request, 'coordinator', host)
  const driver = new PoolDriver({
    ...{ link, subjects, clock: host.clock, workers: null, leaseMs: LEASE_MS, onLost: 'abort', waitMs: 0 },
    environment: describeEnvironment(host.env),
    portable: () => Promise.reject(new Error('nothing is begun')),
    note: request.note,
  })
  try {
    const record = await collected(driver, request, host)
    const path = resolve(host.cwd, request.outDir, record.scenario, record.runId, RECORD_FILE)
    if (await exists(path))
      throw new HarnessError('USAGE', `run ${record.runId} has a record already: ${path}`, {
        hint: `See it with: proofload judge ${join(path, '..')}`,
      })
    const folder = await createRunFolder(
      ...([resolve(host.cwd, request.outDir), record.scenario, record.runId] as const),
    )
    try {
      return await publishRun(record, judge(record, { strict: false }), {
        ...{ folder, cwd: host.cwd, reports: DEFAULT_REPORTS },
        mask: createRunMask(knownSecrets(record.plan.secrets, host.env), record.plan),
      })
    } finally {
      folder.close()
    }
  } finally {
    await driver.close()
    await link.close()
  }
}

/** Workers get this long to end what they may still send. */
const LEASE_MS = 10_000

async function collected(
  driver: PoolDriver,
  { runId, note }: CollectRequest,
  { clock }: Host,
): Promise<RunRecord> {
  const { identity, startedAt, setupValue, provisioned } = await driver.holdBegun(runId)
  const { plan, correlationId, threads } = identity
  const merger = new SnapshotMerger()
  const add = ({ snapshots, late, used }: ClosedSecond) => {
    const generator = used ?? NO_USAGE
    if (snapshots.length > 0) {
      const phase = phaseAt(plan, Math.min(...snapshots.map(({ startMs }) => startMs)))
      merger.add(snapshots, phase, { generator, target: null, probes: {} })
    }
    for (const snapshot of late) merger.addLate(snapshot, phaseAt(plan, snapshot.startMs))
  }
  const running = await driver.start({
    ...{ runId, plan, module: null, threads, secrets: {}, setupValue, correlationId, provisioned, clock },
    ...{ identity, startedAt, giveUp: new AbortController().signal, onSecond: add },
    onLoss: ({ reason }) => note(reason),
  })
  running.stop('drain')
  const { loadMs, shards, hosts } = await running.ended
  return {
    ...identity,
    ...{ status: 'partial', startedAt, finishedAt: isoOf(clock.wallMs()), loadMs },
    ...measuredOf(merger, plan, loadMs),
    shards: [...shards],
    generator: hosts?.generator ?? { cpuS: 0, maxRssBytes: 0 },
    ...{ hosts: hosts?.hosts ?? [], takeovers: hosts?.takeovers ?? [] },
    ...{ enforcement: null, earlierAttempts: [], builds: null, rollback: null, visuals: [] },
    notes: [
      'collected from the log of the run and its workers: its coordinator was lost, its teardown was not run',
    ],
  }
}

const NO_USAGE = { cpuCores: 0, rssBytes: 0, stealRatio: null, machineCpuRatio: null, clockStepMs: 0 }
