import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { fitScalability } from '../../harness/analysis/scalability.ts'
import { describe } from '../kit/suite.ts'

const { usl } = JSON.parse(readFileSync(new URL('./golden/stats-golden.json', import.meta.url), 'utf8')) as {
  usl: {
    N: number[]
    X: number[]
    lambda: number
    alpha: number
    beta: number
    se: number[]
    residualSd: number
    peakLoad: number
    peakThroughput: number
  }
}

const points = (loads: readonly number[], rates: readonly number[]) =>
  loads.map((load, i) => ({ load, ratePerSec: rates[i] as number }))

function close(actual: number | null, expected: number, what: string): void {
  const error = Math.abs((actual ?? Number.NaN) - expected) / Math.abs(expected)
  assert.ok(error <= 1e-7, `${what}: ${actual} is not ${expected}`)
}

describe('The Universal Scalability Law', (test) => {
  test('is fitted to the golden figures', () => {
    const fit = fitScalability(points(usl.N, usl.X))
    close(fit.lambda, usl.lambda, 'lambda')
    close(fit.alpha, usl.alpha, 'alpha')
    close(fit.beta, usl.beta, 'beta')
    close(fit.residualSd, usl.residualSd, 'residual sd')
    close(fit.peakLoad, usl.peakLoad, 'peak load')
    close(fit.peakRatePerSec, usl.peakThroughput, 'peak rate')
    fit.se.forEach((se, i) => {
      close(se, usl.se[i] as number, `standard error ${i}`)
    })
  })

  test('sees no peak where there is none', () => {
    const loads = [1, 2, 4, 8, 16]
    const fit = fitScalability(
      points(
        loads,
        loads.map((load) => 1_000 * load),
      ),
    )
    assert.ok(fit.alpha < 1e-6 && fit.beta < 1e-6)
  })
})
