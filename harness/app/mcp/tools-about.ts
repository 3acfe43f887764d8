/** Tools that say what this server is and what there is to know. */
import * as z from 'zod'
import { METRICS } from '../../analysis/metrics/catalogue.ts'
import { HarnessError } from '../../base/errors.ts'
import { OBJECTIVE_FUNCTIONS } from '../../model/plan/objective-schema.ts'
import { listScenarios } from '../../scenario/list-scenarios.ts'
import { VERSION } from '../run/version.ts'
import { readEmergency, withState } from '../state/emergency.ts'
import { errorData } from './error-data.ts'
import { requirePermitted } from './permission.ts'
import { planSummary } from './plan-summary.ts'
import { findScenario, planOf } from './scenario-source.ts'
import { answer, isUntrusted, rows, text, texts } from './schemas.ts'
import { type McpSession, ours, READS, tool, untrusted } from './tool.ts'

const LISTED_MAX = 50

export const describeTool = tool({
  name: 'describe',
  title: 'What this server may do',
  description:
    'Says what this server may do: its grants, the largest load, the hosts, the scenario folder, what is running, and the emergency state.\nUse when: at the beginning, and when a call was refused.\nDo not use for: the state of a run (get_run).\nLimits: no tool changes a grant; they are given on the command line of the server.\nExample: {}',
  grant: 'read',
  input: z.strictObject({}),
  output: answer({ version: text, grants: z.looseObject({}), limits: z.looseObject({}), hosts: texts }),
  annotations: READS,
  async call(_args, { host, grants, places, loads }) {
    const { present } = loads
    const emergency = await withState(places.state, host, (store) => readEmergency(store))
    const { ratePerSec, agents, durationMs, searchMs, loadsPerHour } = grants.limits
    return untrusted({
      version: VERSION,
      grants: { run: grants.run, write: grants.write, halt: grants.halt, code: grants.code },
      limits: {
        requestsPerSec: ratePerSec,
        agents,
        durationSeconds: durationMs / 1000,
        searchSeconds: searchMs / 1000,
        loadsPerHour,
      },
      hosts: ['loopback', ...grants.hosts],
      scenarioFolder: places.scenarios,
      running: present === null ? null : { id: present.id, scenario: present.scenario },
      emergency,
    })
  },
})

export const listScenariosTool = tool({
  name: 'list_scenarios',
  title: 'List the scenarios',
  description:
    'Lists the scenarios of the folder: file, targets, load, objectives, and whether this server may run them, or why not.\nUse when: choosing what to run.\nDo not use for: past runs (list_runs).\nLimits: 50 scenarios; TypeScript ones are looked at only where code is granted.\nExample: {"query": "checkout"}',
  grant: 'read',
  input: z.strictObject({ query: z.string().max(100).optional().describe('Part of the path') }),
  output: answer({ untrusted: isUntrusted, scenarios: rows }),
  annotations: READS,
  async call({ query }, session) {
    const files = (await listScenarios(session.scenarios.folder)).filter((name) => name.includes(query ?? ''))
    const scenarios: Record<string, unknown>[] = []
    for (const name of files.slice(0, LISTED_MAX))
      scenarios.push({ file: name, ...(await lookAt(name, session)) })
    return untrusted({ scenarios, leftOut: Math.max(0, files.length - LISTED_MAX) })
  },
})

async function lookAt(file: string, { scenarios }: McpSession): Promise<Record<string, unknown>> {
  try {
    const found = await findScenario({ file }, scenarios)
    const prepared = await planOf(found, {}, scenarios)
    return { ...planSummary(prepared), ...runnable(() => requirePermitted(prepared, found.grants)) }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    return { runnable: false, why: errorData(error) }
  }
}

function runnable(require: () => void): Record<string, unknown> {
  try {
    require()
    return { runnable: true }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    return { runnable: false, why: errorData(error) }
  }
}

export const metricCatalogueTool = tool({
  name: 'metric_catalogue',
  title: 'Metrics and functions of objectives',
  description:
    'Lists every metric that an objective may name, with unit, labels and meaning, the functions, and the grammar with examples.\nUse when: writing objectives.\nDo not use for: values of a run (get_run, get_verdict).\nLimits: measures of plugins are not in it.\nExample: {"query": "time"}',
  grant: 'read',
  input: z.strictObject({
    query: z.string().max(100).optional().describe('Part of a name or of its meaning'),
  }),
  output: answer({ metrics: rows, functions: texts, grammar: text, examples: texts }),
  annotations: READS,
  call({ query = '' }) {
    const metrics = [...METRICS.values()]
      .filter(({ name, meaning }) => name.includes(query) || meaning.includes(query))
      .map(({ name, meaning, unit, better, labels }) => ({ name, meaning, unit, better, labels }))
    return Promise.resolve(
      ours({
        metrics,
        functions: ['p50', 'p95', 'p99', 'p99.9', ...OBJECTIVE_FUNCTIONS],
        grammar:
          'FUNCTION(METRIC{LABEL=VALUE, ...}) OPERATOR BOUND; OPERATOR is <, <=, > or >=; a metric that is one value needs no function',
        examples: [
          'p99(response_time) < 300ms',
          'p95(response_time{step=pay}) < 150ms',
          'share(response_time <= 100ms) >= 95%',
          'error_ratio < 0.1%',
        ],
      }),
    )
  },
})
