/** A qualification of three stages, as a night of one looks: one core activity missed an objective, and what needs it did not run. */
import type { QualificationRecord, QualifiedActivity } from '../../harness/model/qualification.ts'
import {
  aQualification,
  aQualificationItem,
  aQualificationRisk,
  aQualifiedActivity,
  aQualifiedStage,
} from './qualifications.ts'

const S = 1_000
const HOURS_CHAIN = 'hours failed: p99(response_time) < 250ms: 412ms'

const readiness: readonly QualifiedActivity[] = [
  aQualifiedActivity({ name: 'smoke', expectedMs: 12 * S }),
  aQualifiedActivity({
    name: 'data',
    kind: 'command',
    role: 'handler',
    what: 'node tools/seed.js --rows 100000',
    expectedMs: 7 * S,
    slackMs: 5 * S,
    runId: null,
    files: { log: 'activities/data-1.log' },
    items: [aQualificationItem({ id: 'data', label: 'data', message: 'ended with 0', measured: null })],
    undo: {
      command: 'node tools/seed.js --drop',
      outcome: 'undone',
      message: 'ended with 0',
      startedAt: '2026-11-21T09:31:30.000Z',
      endedAt: '2026-11-21T09:31:31.000Z',
    },
  }),
]

const performance: readonly QualifiedActivity[] = [
  aQualifiedActivity({
    name: 'hours',
    stage: 'performance',
    what: 'scenarios/business-hours.ts',
    needs: ['smoke', 'data'],
    plannedStartMs: 12 * S,
    startMs: 13 * S,
    expectedMs: 40 * S,
    outcome: 'failed',
    chain: [HOURS_CHAIN],
    files: { html: 'runs/hours-1/report.html', record: 'runs/hours-1/run.json' },
    items: [
      aQualificationItem({
        outcome: 'failed',
        message: '412ms',
        measured: { observed: 412, op: '<', bound: 250, unit: 'ms', margin: -0.648, previous: 190 },
      }),
      aQualificationItem({
        id: 'errors',
        label: 'error_ratio <= 1%',
        message: '0.05 %',
        measured: { observed: 0.0005, op: '<=', bound: 0.01, unit: 'ratio', margin: 0.95, previous: 0.0004 },
      }),
    ],
  }),
  aQualifiedActivity({
    name: 'capacity',
    stage: 'performance',
    kind: 'capacity',
    role: 'validation',
    what: 'scenarios/checkout.ts',
    needs: ['smoke'],
    plannedStartMs: 52 * S,
    startMs: 53 * S,
    expectedMs: 30 * S,
    slackMs: 4 * S,
    outcome: 'inconclusive',
    chain: ['capacity inconclusive: no rate could be confirmed'],
    items: [
      aQualificationItem({
        id: 'capacity',
        label: 'capacity >= 400/s',
        outcome: 'inconclusive',
        message: 'no rate could be confirmed',
        measured: null,
      }),
    ],
  }),
]

const resilience: readonly QualifiedActivity[] = [
  skipped('incident-response-drill', 'resilience', ['hours'], 53 * S, 20 * S, [
    'incident-response-drill skipped',
    HOURS_CHAIN,
  ]),
  skipped('approve', 'resilience', ['incident-response-drill'], 73 * S, 5 * S, [
    'approve skipped',
    'incident-response-drill skipped',
    HOURS_CHAIN,
  ]),
  aQualifiedActivity({
    name: 'visuals',
    stage: 'resilience',
    kind: 'visual',
    role: 'validation',
    what: 'baselines/visual',
    needs: ['smoke'],
    plannedStartMs: 12 * S,
    startMs: 13 * S,
    expectedMs: 9 * S,
    slackMs: 60 * S,
    outcome: 'mocked',
    mocked: 'proofload sandbox',
    items: [
      aQualificationItem({ id: 'visuals', label: 'visuals', outcome: 'mocked', message: '', measured: null }),
    ],
  }),
]

function skipped(
  name: string,
  stage: string,
  needs: readonly string[],
  plannedStartMs: number,
  expectedMs: number,
  chain: readonly string[],
): QualifiedActivity {
  return aQualifiedActivity({
    name,
    stage,
    kind: 'command',
    what: `tools/${name}.sh`,
    needs: [...needs],
    plannedStartMs,
    startMs: null,
    expectedMs,
    outcome: 'skipped',
    chain: [...chain],
    items: [
      aQualificationItem({
        id: name,
        label: name,
        outcome: 'skipped',
        message: 'did not run',
        measured: null,
      }),
    ],
  })
}

export function aNightOfQualification(changes: Partial<QualificationRecord> = {}): QualificationRecord {
  const path = ['smoke', 'hours', 'incident-response-drill', 'approve']
  return aQualification({
    stages: [
      aQualifiedStage(),
      aQualifiedStage({
        name: 'performance',
        needs: ['readiness'],
        passed: 1,
        failed: 1,
        total: 3,
        outcome: 'NO_GO',
        rule: 'CORE_FAILED',
        message: 'the core activity hours failed',
      }),
      aQualifiedStage({
        name: 'resilience',
        needs: ['performance'],
        passed: 0,
        total: 3,
        outcome: 'INCONCLUSIVE',
        rule: 'NOT_RUN',
        message: '2 of 3 activities did not run',
      }),
    ],
    activities: [...readiness, ...performance, ...resilience],
    risks: [aQualificationRisk()],
    criticalPath: {
      planned: { durationMs: 78 * S, path, next: { name: 'capacity', slackMs: 4 * S } },
      actual: {
        durationMs: 83 * S,
        path: ['smoke', 'hours', 'capacity'],
        next: { name: 'data', slackMs: 5 * S },
      },
    },
    verdict: {
      outcome: 'NO_GO',
      exitCode: 1,
      message: `NO-GO: in performance, the core activity ${HOURS_CHAIN}`,
      chain: ['approve skipped', 'incident-response-drill skipped', HOURS_CHAIN],
      reasons: [{ code: 'CORE_FAILED', message: 'in performance, the core activity hours failed' }],
      cautions: [
        { code: 'MOCKED', message: 'GO is not possible: 1 of 7 activities ran on a mock: visuals' },
        { code: 'INCONCLUSIVE', message: 'capacity is inconclusive: no rate could be confirmed' },
      ],
    },
    ...changes,
  })
}
