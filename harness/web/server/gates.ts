/** Gates for controllers of rollouts, answered as each of them expects. */
import type { Context, Hono } from 'hono'
import * as z from 'zod'
import { type ServiceRun, serviceRunSchema, type ToldRun } from '../../model/service.ts'
import type { VerdictOutcome } from '../../model/verdict.ts'
import { readJson } from './read-json.ts'
import { refused, type ServiceControls } from './service-controls.ts'

const text = z.string().max(1_000)

/** The payload of Flagger's webhooks; what else it holds is passed over. */
const flaggerSchema = z.looseObject({
  name: text,
  namespace: text,
  phase: text.default(''),
  checksum: text.default(''),
  metadata: z.looseObject({
    scenario: text.min(1),
    baseline: text.optional(),
    environment: text.optional(),
    /** `pass`: INCONCLUSIVE lets the rollout go on. */
    inconclusive: z.enum(['pass', 'fail']).default('fail'),
  }),
})

/** The body of a web metric of Argo Rollouts, which its author writes. */
const argoSchema = serviceRunSchema.extend({ rollout: text.min(1) })

/** The measurement of a verdict; a condition such as `result == 1` reads it. */
const VALUES: Readonly<Record<VerdictOutcome, number>> = { GO: 1, NO_GO: 0, INCONCLUSIVE: -1 }

/** Adds `POST /gate/flagger` and `POST /gate/argo`. */
export function addGates(app: Hono, { gate }: Pick<ServiceControls, 'gate'>): void {
  app.post('/gate/flagger', async (context) => {
    const asked = await readJson(context, flaggerSchema)
    if ('error' in asked)
      return context.json({ error: `the webhook of Flagger: ${asked.place}${asked.error}` }, 400)
    const { namespace, name, phase, checksum, metadata } = asked.value
    const { scenario, baseline = null, environment = null, inconclusive } = metadata
    const wanted = serviceRunSchema.safeParse({ scenario, baseline, environment })
    if (!wanted.success) return context.json({ error: `metadata: ${wanted.error.issues[0]?.message}` }, 400)
    const rollout = ['flagger', namespace, name, phase, checksum, scenario].join('/')
    return answered(context, gate, rollout, wanted.data, (run) => {
      const passes = run.outcome === 'GO' || (run.outcome === 'INCONCLUSIVE' && inconclusive === 'pass')
      return context.json(run, passes ? 200 : 412)
    })
  })
  app.post('/gate/argo', async (context) => {
    const asked = await readJson(context, argoSchema)
    if ('error' in asked)
      return context.json({ error: `the body of the web metric: ${asked.place}${asked.error}` }, 400)
    const { rollout, ...wanted } = asked.value
    return answered(context, gate, `argo/${rollout}/${wanted.scenario}`, wanted, (run) =>
      // A measurement that could not be taken is an error of Argo's, not a failure of the canary.
      run.outcome === null ? context.json(run, 500) : context.json({ value: VALUES[run.outcome], ...run }),
    )
  })
}

async function answered(
  context: Context,
  gate: ServiceControls['gate'],
  rollout: string,
  wanted: ServiceRun,
  answer: (run: ToldRun) => Response,
): Promise<Response> {
  const run = await gate(rollout, wanted, context.req.raw.signal)
  // Nobody reads it any more.
  if (run === null) return context.body(null, 503)
  return typeof run === 'string' ? refused(context, run) : answer(run)
}
