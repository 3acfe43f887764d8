/** The components that became slower: mean time per request by component, candidate against baseline. */
import { sum } from 'simple-statistics'
import { lookUp } from '../../base/names.ts'
import type { Comparison } from '../../model/comparison.ts'
import { partsOf } from '../component-parts.ts'
import type { ComparedRun } from './compared-run.ts'

/** Those that take longer, the one that adds most first. */
export function slowerComponents(
  before: readonly ComparedRun[],
  after: readonly ComparedRun[],
): Comparison['components'] {
  const names = [...new Set(after.flatMap(({ componentSumUs }) => Object.keys(componentSumUs)))].sort()
  const slower = partsOf(names, (component) => meanUs(after, component))
    .map((component) => ({
      component,
      baselineUs: meanUs(before, component),
      candidateUs: meanUs(after, component),
    }))
    .filter(({ baselineUs, candidateUs }) => candidateUs > baselineUs)
  const added = sum(slower.map(({ baselineUs, candidateUs }) => candidateUs - baselineUs))
  return slower
    .map((found) => ({ ...found, share: (found.candidateUs - found.baselineUs) / added }))
    .sort((a, b) => b.share - a.share)
}

function meanUs(runs: readonly ComparedRun[], component: string): number {
  const requests = sum(runs.map(({ summary }) => summary.requests))
  return requests === 0
    ? 0
    : sum(runs.map(({ componentSumUs }) => lookUp(componentSumUs, component) ?? 0)) / requests
}
