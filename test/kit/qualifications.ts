import type {
  QualificationItem,
  QualificationRecord,
  QualificationRisk,
  QualifiedActivity,
  QualifiedStage,
} from '../../harness/model/qualification.ts'

const SECOND_MS = 1_000
const STARTED_MS = Date.parse('2026-11-21T09:30:05.000Z')

/** One objective that was met, unless the changes say otherwise. */
export function aQualificationItem(changes: Partial<QualificationItem> = {}): QualificationItem {
  return {
    id: 'p99',
    label: 'p99(response_time) < 250ms',
    outcome: 'passed',
    weight: 1,
    message: '180ms',
    measured: { observed: 180, op: '<', bound: 250, unit: 'ms', margin: 0.28, previous: 190 },
    ...changes,
  }
}

/** A violation in the run of `hours`, unless the changes say otherwise. */
export function aQualificationRisk(changes: Partial<QualificationRisk> = {}): QualificationRisk {
  return {
    activity: 'hours',
    id: 'p99',
    name: null,
    expect: 'p99(response_time) < 250ms',
    claim: 'p99(response_time)',
    op: '<',
    bound: 250,
    unit: 'ms',
    exposure: 7.2,
    probability: 0.8,
    impact: 9,
    priority: 'critical',
    roi: null,
    recommendation: 'Look at component policy of POST /orders: it took 81 % of the added time.',
    step: 'POST /orders',
    component: 'policy',
    resource: null,
    owner: null,
    runbook: null,
    severity: 'critical',
    ...changes,
  }
}

/** An activity of ten seconds that passed, unless the changes say otherwise; its times follow `plannedStartMs` and `startMs`. */
export function aQualifiedActivity(changes: Partial<QualifiedActivity> = {}): QualifiedActivity {
  const plannedStartMs = changes.plannedStartMs ?? 0
  const startMs = changes.startMs === undefined ? plannedStartMs : changes.startMs
  const expectedMs = changes.expectedMs ?? 10 * SECOND_MS
  const endMs = startMs === null ? null : startMs + expectedMs
  return {
    name: 'smoke',
    stage: 'readiness',
    role: 'core',
    kind: 'run',
    fingerprint: 'f'.repeat(64),
    what: 'scenarios/smoke.ts',
    needs: [],
    outcome: 'passed',
    reasons: [],
    chain: [],
    items: [aQualificationItem()],
    startedAt: isoAfter(startMs),
    endedAt: isoAfter(endMs),
    plannedStartMs,
    plannedEndMs: plannedStartMs + expectedMs,
    startMs,
    endMs,
    expectedMs,
    slackMs: 0,
    runId: startMs === null ? null : '20261121-093005-4f2a',
    files: startMs === null ? {} : { html: 'runs/smoke-1/report.html', record: 'runs/smoke-1/run.json' },
    inputs: [],
    outputs: [],
    attempt: startMs === null ? 0 : 1,
    mocked: null,
    reusedFrom: null,
    overlapped: [],
    decision: null,
    undo: null,
    ...changes,
  }
}

export function aQualifiedStage(changes: Partial<QualifiedStage> = {}): QualifiedStage {
  return {
    name: 'readiness',
    needs: [],
    passRatio: 0.75,
    passed: 2,
    failed: 0,
    total: 2,
    outcome: 'GO',
    rule: 'RATIO_MET',
    message: '2 of 2 passed, 75 % needed',
    ...changes,
  }
}

/** A qualification of two stages that ended in GO. */
export function aQualification(changes: Partial<QualificationRecord> = {}): QualificationRecord {
  return {
    schemaVersion: 1,
    qualificationId: 'qualify-20261121-093005-4f2a',
    plan: 'release-qualification',
    planFile: 'scenarios/qualification.yaml',
    planHash: 'a'.repeat(64),
    startedAt: '2026-11-21T09:30:05.000Z',
    finishedAt: '2026-11-21T09:30:36.000Z',
    resumes: 0,
    strict: false,
    partial: null,
    budgetMs: 300 * SECOND_MS,
    resources: { generator: 1, target: 1 },
    stages: [
      aQualifiedStage(),
      aQualifiedStage({ name: 'performance', needs: ['readiness'], passed: 2, total: 2 }),
    ],
    activities: [
      aQualifiedActivity(),
      aQualifiedActivity({
        name: 'data',
        kind: 'command',
        role: 'handler',
        what: 'node tools/seed.js --rows 100000',
        items: [aQualificationItem({ id: 'data', label: 'data', message: 'ended with 0', measured: null })],
        runId: null,
        files: { log: 'activities/data-1.log' },
        outputs: [{ name: 'dataset', source: 'data/seed.json', sha256: 'b'.repeat(64), value: null }],
        expectedMs: 4 * SECOND_MS,
        slackMs: 6 * SECOND_MS,
      }),
      aQualifiedActivity({
        name: 'hours',
        stage: 'performance',
        what: 'scenarios/business-hours.ts',
        needs: ['smoke', 'data'],
        inputs: [{ name: 'rows', source: 'data.dataset', sha256: 'b'.repeat(64), value: null }],
        plannedStartMs: 10 * SECOND_MS,
        startMs: 11 * SECOND_MS,
        expectedMs: 20 * SECOND_MS,
        files: { html: 'runs/hours-1/report.html', record: 'runs/hours-1/run.json' },
        items: [
          aQualificationItem(),
          aQualificationItem({
            id: 'errors',
            label: 'error_ratio <= 1%',
            message: '0%',
            measured: { observed: 0, op: '<=', bound: 0.01, unit: 'ratio', margin: 1, previous: 0.002 },
          }),
        ],
      }),
    ],
    criticalPath: {
      planned: {
        durationMs: 30 * SECOND_MS,
        path: ['smoke', 'hours'],
        next: { name: 'data', slackMs: 6 * SECOND_MS },
      },
      actual: {
        durationMs: 31 * SECOND_MS,
        path: ['smoke', 'hours'],
        next: { name: 'data', slackMs: 7 * SECOND_MS },
      },
    },
    verdict: {
      outcome: 'GO',
      exitCode: 0,
      message: 'GO: 2 of 2 stages passed, 3 of 3 activities',
      chain: [],
      reasons: [],
      cautions: [],
    },
    risks: [],
    previous: {
      qualificationId: 'qualify-20261114-093001-11aa',
      outcome: 'GO',
      finishedAt: '2026-11-14T09:30:33.000Z',
    },
    ...changes,
  }
}

/** The same plan, ended in NO-GO: `hours` missed its first objective. */
export function aFailedQualification(): QualificationRecord {
  const { stages, activities, ...rest } = aQualification()
  const chain = ['hours failed: p99(response_time) < 250ms: 400ms']
  return {
    ...rest,
    stages: stages.map((stage) =>
      stage.name === 'performance'
        ? {
            ...stage,
            passed: 1,
            failed: 1,
            outcome: 'NO_GO',
            rule: 'CORE_FAILED',
            message: 'the core activity hours failed',
          }
        : stage,
    ),
    activities: activities.map((activity) =>
      activity.name === 'hours'
        ? {
            ...activity,
            outcome: 'failed',
            chain,
            reasons: [{ code: 'OBJECTIVE_MISSED', message: 'missed p99(response_time) < 250ms: 400ms' }],
            items: activity.items.map((item) =>
              item.id === 'p99'
                ? {
                    ...item,
                    outcome: 'failed' as const,
                    message: '400ms',
                    measured: { observed: 400, op: '<', bound: 250, unit: 'ms', margin: -0.6, previous: 190 },
                  }
                : item,
            ),
          }
        : activity,
    ),
    verdict: {
      outcome: 'NO_GO',
      exitCode: 1,
      message: 'NO-GO: in performance, the core activity hours failed: p99(response_time) < 250ms: 400ms',
      chain,
      reasons: [{ code: 'CORE_FAILED', message: 'in performance, the core activity hours failed' }],
      cautions: [],
    },
  }
}

function isoAfter(offsetMs: number | null): string | null {
  return offsetMs === null ? null : new Date(STARTED_MS + offsetMs).toISOString()
}
