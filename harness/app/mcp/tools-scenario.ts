/** Tools about scenarios: checking, explaining and writing them. They send no load. */
import * as z from 'zod'
import { provabilityOf } from '../../analysis/provability.ts'
import { HarnessError } from '../../base/errors.ts'
import { withoutGaps } from '../../base/without-gaps.ts'
import { expectedIterationsOf } from '../../model/plan-load.ts'
import { errorData } from './error-data.ts'
import { requirePermitted } from './permission.ts'
import { curvePoints, planSummary } from './plan-summary.ts'
import { findScenario, planOf, writeScenario } from './scenario-source.ts'
import * as s from './schemas.ts'
import { READS, tool, untrusted } from './tool.ts'

export const checkScenarioTool = tool({
  name: 'check_scenario',
  title: 'Check a scenario',
  description:
    'Checks a scenario without sending anything: every problem with its place, what was expected and the nearest valid name; the resolved plan; and whether this server may run it.\nUse when: a scenario was written or changed.\nDo not use for: sample sizes and the curve (explain_plan).\nLimits: give file or scenario; a document in the call brings no code and no secrets.\nExample: {"file": "checkout.yaml"}',
  grant: 'read',
  input: z.strictObject({ file: s.file.optional(), scenario: s.scenario.optional() }),
  output: s.answer({ untrusted: s.isUntrusted, valid: z.boolean(), problems: s.rows, runnable: z.boolean() }),
  annotations: READS,
  async call(given, { scenarios }) {
    try {
      const found = await findScenario(given, scenarios)
      const prepared = await planOf(found, {}, scenarios)
      const plan = planSummary(prepared)
      try {
        requirePermitted(prepared, found.grants)
        return untrusted({ valid: true, problems: [], plan, runnable: true, refused: null })
      } catch (error) {
        if (!(error instanceof HarnessError)) throw error
        return untrusted({ valid: true, problems: [], plan, runnable: false, refused: errorData(error) })
      }
    } catch (error) {
      if (!(error instanceof HarnessError) || !isAboutContent(error)) throw error
      const problems = error.problems.length > 0 ? error.problems : [{ path: '', message: error.message }]
      return untrusted({
        valid: false,
        problems,
        hint: error.hint ?? null,
        plan: null,
        runnable: false,
        refused: null,
      })
    }
  },
})

/** A scenario that is wrong is an answer; one that is not there, or may not be read, is an error. */
function isAboutContent({ code }: HarnessError): boolean {
  return [
    'SCENARIO_INVALID',
    'SCENARIO_LOAD_FAILED',
    'OBJECTIVE_INVALID',
    'UNIT_INVALID',
    'PLUGIN_UNKNOWN',
  ].includes(code)
}

export const explainPlanTool = tool({
  name: 'explain_plan',
  title: 'Explain the plan of a scenario',
  description:
    'Resolves a scenario into its plan: phases, the curve of the load, expected iterations, and for each objective how many requests prove it and whether the plan sends them.\nUse when: choosing a duration or a rate, before start_run.\nDo not use for: what a run measured.\nLimits: sends nothing; the number of requests of a closed load is not known before it runs.\nExample: {"file": "checkout.yaml", "overrides": {"duration": "60s"}}',
  grant: 'read',
  input: z.strictObject({ file: s.file.optional(), scenario: s.scenario.optional(), overrides: s.overrides }),
  output: s.answer({ untrusted: s.isUntrusted, phases: s.rows, curve: s.rows, samples: s.rows }),
  annotations: READS,
  async call({ overrides, ...given }, { scenarios }) {
    const prepared = await planOf(await findScenario(given, scenarios), withoutGaps(overrides), scenarios)
    const { plan } = prepared
    return untrusted({
      plan: planSummary(prepared),
      phases: plan.phases,
      curve: curvePoints(plan),
      expectedIterations: expectedIterationsOf(plan),
      samples: provabilityOf(plan).map(({ id, expect, planned, atLeast, typical }) => ({
        id,
        expect,
        plannedRequests: planned,
        leastToProve: atLeast,
        typicallyNeeded: typical,
        isEnough: planned === null ? null : planned >= typical,
      })),
    })
  },
})

export const writeScenarioTool = tool({
  name: 'write_scenario',
  title: 'Write a scenario file',
  description:
    'Checks a scenario and writes it as NAME.yaml into the scenario folder.\nUse when: a scenario is to be kept.\nDo not use for: trying one once (check_scenario and start_run take a document).\nLimits: declarative YAML without code, plugins, commands and secrets; only hosts that this server may load; a file that is there is replaced only with replace: true and its sha256.\nExample: {"name": "checkout", "yaml": "name: checkout\\n..."}',
  grant: 'write',
  input: z.strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,60}$/, 'lower-case letters, digits and -')
      .describe('Name of the file, without ending'),
    yaml: s.yaml,
    replace: z.boolean().default(false),
    sha256: z.string().length(64).optional().describe('Hash of the file that is replaced'),
  }),
  output: s.answer({ untrusted: s.isUntrusted, path: s.text, sha256: s.text }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  async call({ sha256 = null, ...wish }, { scenarios }) {
    const { prepared, ...written } = await writeScenario({ ...wish, sha256 }, scenarios)
    return untrusted({ ...written, plan: planSummary(prepared) })
  },
})
