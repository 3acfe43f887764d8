/** The tree of a plan: each element is followed by a hashTree with what lies below it. */
import type { ImportReport } from '../report.ts'
import type { Element } from './xml.ts'

export interface PlanNode {
  /** `HTTPSamplerProxy`, `ThreadGroup` ... */
  readonly kind: string
  readonly name: string
  readonly element: Element
  readonly children: readonly PlanNode[]
}

/** Elements that only show or keep results. */
const LISTENERS =
  /Listener$|ResultCollector|Summariser|ViewResults|Visualizer|DebugSampler|DebugPostProcessor|WorkBench|RecordingController$^|ProxyControl|HttpMirrorControl|TestFragment|Collector$/

export function nodesOf({ children }: Element, report: ImportReport): readonly PlanNode[] {
  const tree = children.find(({ name }) => name === 'hashTree')
  return tree === undefined ? [] : nodesIn(tree, report)
}

function nodesIn({ children }: Element, report: ImportReport): readonly PlanNode[] {
  return children.flatMap((element, i) => {
    if (element.name === 'hashTree') return []
    const { testname = '', enabled } = element.attributes
    const kind = kindOf(element)
    if (enabled === 'false') {
      report.lost('elements that are disabled', testname)
      return []
    }
    if (LISTENERS.test(kind)) return []
    const below = children[i + 1]
    return [
      { kind, name: testname, element, children: below?.name === 'hashTree' ? nodesIn(below, report) : [] },
    ]
  })
}

/** Old plans name every HTTP sampler by its class alone. */
function kindOf({ name, attributes }: Element): string {
  return attributes['testclass'] ?? name
}
