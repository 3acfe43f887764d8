/** The contract suite of targets: what every target owes the engine, ours and those of plugins. */
import { declareAgentLaws } from './agent-laws.ts'
import { declareEndLaws, declareExchangeLaws } from './exchange-laws.ts'
import { describeLaws } from './laws.ts'
import { declarePluginLaws } from './plugin-laws.ts'
import { declareServerLaws } from './server-laws.ts'
import { createBench } from './target-bench.ts'
import type { TargetCase } from './target-case.ts'

/** Declares the suite of one target. */
export function describeTarget(target: TargetCase): void {
  const bench = createBench(target)
  describeLaws(`target contract: ${target.name}`, (test) => {
    declareExchangeLaws(test, bench)
    declareEndLaws(test, target, bench)
    declareAgentLaws(test, target, bench)
    declareServerLaws(test, target, bench)
    declarePluginLaws(test, target)
  })
}
