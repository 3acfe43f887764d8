import * as assert from 'uvu/assert'
import type { ResolvedPattern, WorkloadPattern } from '../../harness/ports/workload.ts'
import { countArrivals } from '../../harness/workloads/arrivals.ts'
import { compileCurve } from '../../harness/workloads/curve.ts'
import { agentsAt } from '../../harness/workloads/population.ts'
import { describe } from '../kit/suite.ts'

/** What `resolve` makes of a configuration as an author writes it. */
export function resolved(
  pattern: WorkloadPattern,
  config: Readonly<Record<string, unknown>>,
): ResolvedPattern {
  return pattern.resolve(pattern.configSchema.parse(config))
}

/** What every workload pattern promises; `config` is any that it takes. */
export function workloadContract(pattern: WorkloadPattern, config: Readonly<Record<string, unknown>>): void {
  describe(`${pattern.name}, workload contract`, (test) => {
    const plan = resolved(pattern, config)
    const curve = compileCurve(plan.curve)

    test('has a name and one line about itself', () => {
      assert.match(pattern.name, /^[a-z]+(-[a-z]+)*$/)
      assert.match(pattern.summary, /^[^\n]{10,120}$/)
    })

    test('has settings that an editor can be told about', () => {
      const schema = pattern.configSchema.toJSONSchema({ io: 'input' })

      assert.is(schema.type, 'object')
      assert.is(schema.additionalProperties, false)
    })

    test('refuses a setting it does not know', () => {
      assert.not.ok(pattern.configSchema.safeParse({ ...config, agnets: 1 }).success)
    })

    test('takes another length, and keeps what it demands at each share of it', () => {
      const other = resolved(pattern, pattern.withDuration(config, curve.durationMs / 2))
      const shorter = compileCurve(other.curve)

      assert.ok(Math.abs(shorter.durationMs - curve.durationMs / 2) < 1_000, `${shorter.durationMs}`)
      assert.is(other.model, plan.model)
      if (plan.arrivals === 'replay') return
      assert.ok(Math.abs(shorter.peak - curve.peak) < 1e-6, `${shorter.peak}`)
    })

    test('names phases once, without a gap, from the start to the end of its curve', () => {
      const { phases } = plan
      assert.is(phases[0]?.startMs, 0)
      phases.forEach(({ startMs, endMs }, i) => {
        assert.ok(endMs > startMs, `phase ${i} has a length`)
        if (i > 0) assert.is(startMs, phases[i - 1]?.endMs)
      })
      const endMs = phases[phases.length - 1]?.endMs ?? 0
      assert.ok(Math.abs(endMs - curve.durationMs) < 1e-6, `${endMs} is not ${curve.durationMs}`)
      assert.is(new Set(phases.map(({ name }) => name)).size, phases.length)
    })

    test('mixes its operations in shares that add up to one', () => {
      const { safe, risky, complex } = plan.mix
      assert.ok(Math.abs(safe + risky + complex - 1) < 1e-12)
    })

    test('demands something, and as a closed model reaches its peak as a whole number of agents', () => {
      assert.ok(curve.peak > 0)
      if (plan.model === 'open') return assert.ok(countArrivals(plan, 1) > 0)
      const wanted = Array.from({ length: 10_001 }, (_, i) =>
        agentsAt(curve, (i * curve.durationMs) / 10_001),
      )
      assert.is(Math.max(...wanted), Math.floor(curve.peak + 0.5))
      assert.is(plan.agents, null)
    })

    test('is plain text: it survives a trip through JSON', () => {
      assert.equal(JSON.parse(JSON.stringify(plan)), plan)
    })
  })
}
