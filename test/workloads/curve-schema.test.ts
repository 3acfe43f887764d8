import fc from 'fast-check'
import * as assert from 'uvu/assert'
import * as z from 'zod'
import { compileCurve } from '../../harness/workloads/curve.ts'
import { curveSchema } from '../../harness/workloads/curve-schema.ts'
import { anyCurve } from '../kit/any-curve.ts'
import { describe } from '../kit/suite.ts'

function pathOfProblem(value: unknown): string {
  const { error } = curveSchema.safeParse(value)
  return error?.issues[0]?.path.join('.') ?? 'accepted'
}

describe('curveSchema', (test) => {
  test('takes every curve of the algebra unchanged', () => {
    fc.assert(fc.property(anyCurve, (plan) => assert.equal(curveSchema.parse(plan), plan)))
  })

  test('names the place of what is wrong, deep inside too', () => {
    const wrong = { kind: 'constant', value: -1, durationMs: 1_000 }

    assert.is(pathOfProblem(wrong), 'value')
    assert.is(pathOfProblem({ kind: 'sequence', parts: [wrong] }), 'parts.0.value')
    assert.is(pathOfProblem({ kind: 'zigzag' }), 'kind')
    assert.is(pathOfProblem({ kind: 'sum', parts: [] }), 'parts')
    assert.is(pathOfProblem('ramp'), '')
  })

  test('leaves the laws between numbers to the curve itself', () => {
    const sine = { kind: 'sine', mean: 1, amplitude: 2, periodMs: 1, shiftMs: 0, durationMs: 1 }

    assert.throws(() => compileCurve(curveSchema.parse(sine)), /amplitude/)
  })

  test('can be said in JSON Schema', () => {
    assert.is(z.toJSONSchema(curveSchema, { io: 'input' }).type, 'object')
  })
})
