/** A thread group as steps: its samplers in their order, with what lies above and beside them. */
import type { ImportedStep } from '../imported.ts'
import type { ImportReport } from '../report.ts'
import type { PlanData } from './data.ts'
import type { PlanNode } from './nodes.ts'
import { requestOfSampler } from './sampler.ts'
import { thinkOfTimer } from './timers.ts'
import { propertyOf } from './xml.ts'

/** Rounds of a loop that are written out. */
const ROUNDS_MAX = 10
const KNOWN =
  /^(?:Arguments|CSVDataSet|HeaderManager|CookieManager|CacheManager|ConfigTestElement|AuthManager|KeystoreConfig|DNSCacheManager)$/
const PER_SAMPLER = /(?:Extractor|PostProcessor|Assertion|PreProcessor|JSONPathAssertion)$/

/** @param above elements of the plan that hold for all its groups */
export function stepsOfGroup(
  group: PlanNode,
  above: readonly PlanNode[],
  data: PlanData,
  report: ImportReport,
): readonly ImportedStep[] {
  data.learn(group.children)
  return new GroupWalk(data, report).below(group, above)
}

class GroupWalk {
  readonly #data: PlanData
  readonly #report: ImportReport

  constructor(data: PlanData, report: ImportReport) {
    this.#data = data
    this.#report = report
  }

  /** @param scope elements that hold for all samplers below, the nearest last */
  below(node: PlanNode, above: readonly PlanNode[]): readonly ImportedStep[] {
    const own = node.children.filter(({ kind }) => isOfScope(kind))
    const scope = [...above, ...own]
    return node.children.filter(({ kind }) => !isOfScope(kind)).flatMap((child) => this.#steps(child, scope))
  }

  #steps(node: PlanNode, scope: readonly PlanNode[]): readonly ImportedStep[] {
    const { kind, element, name } = node
    if (/^HTTPSampler/.test(kind)) return this.#sampler(node, scope)
    switch (kind) {
      case 'LoopController':
        return this.#loop(node, scope)
      case 'GenericController':
      case 'TransactionController':
      case 'OnceOnlyController':
      case 'RecordingController':
      case 'CriticalSectionController':
        if (kind === 'OnceOnlyController')
          this.#report.lost('controllers that work once an agent: write its steps as login', name)
        return this.below(node, scope)
      case 'IfController':
        this.#report.lost(
          'conditions: what they guard is always done',
          propertyOf(element, 'IfController.condition') || name,
        )
        return this.below(node, scope)
      case 'TestAction': {
        const pauseMs = this.#data.number(propertyOf(element, 'ActionProcessor.duration'), 0)
        return pauseMs > 0 ? [{ kind: 'think', minMs: pauseMs, maxMs: pauseMs }] : []
      }
      default:
        this.#report.lost(
          kind.endsWith('Controller')
            ? 'controllers: what lies below them is walked once'
            : 'elements of the plan',
          `${kind} ${name}`,
        )
        return kind.endsWith('Controller') ? this.below(node, scope) : []
    }
  }

  #sampler(node: PlanNode, above: readonly PlanNode[]): readonly ImportedStep[] {
    const scope = [...above, ...node.children]
    const request = requestOfSampler(node, scope, this.#data, this.#report)
    // A timer is waited for before the sampler.
    const pauses = scope.flatMap((each) => thinkOfTimer(each, this.#data, this.#report))
    return request === null ? [] : [...pauses, request]
  }

  #loop(node: PlanNode, scope: readonly PlanNode[]): readonly ImportedStep[] {
    const steps = this.below(node, scope)
    const rounds = this.#data.number(propertyOf(node.element, 'LoopController.loops'), 1)
    if (rounds >= 1 && rounds <= ROUNDS_MAX)
      return Array.from({ length: Math.round(rounds) }, () => steps).flat()
    this.#report.lost('loops: they are walked once', node.name)
    return steps
  }
}

function isOfScope(kind: string): boolean {
  return KNOWN.test(kind) || PER_SAMPLER.test(kind) || /Timer$/.test(kind)
}
