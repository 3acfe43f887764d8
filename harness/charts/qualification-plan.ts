/** The plan of a qualification as pictures: bars over time, and a graph in layers. Plain data; somebody else draws them. */
import type { ActivityOutcome, QualificationRecord, QualifiedActivity } from '../model/qualification.ts'

/** A bar of the Gantt chart; places are shares of the whole time. */
export interface GanttBar {
  readonly name: string
  readonly stage: string
  readonly outcome: ActivityOutcome
  readonly isCritical: boolean
  readonly planned: Stretch
  /** Null: it did not run. */
  readonly actual: Stretch | null
}

export interface Stretch {
  readonly from: number
  readonly to: number
}

export function ganttOf({ activities, criticalPath }: QualificationRecord): {
  readonly wholeMs: number
  readonly bars: readonly GanttBar[]
} {
  const wholeMs = Math.max(
    1,
    ...activities.flatMap(({ plannedEndMs, endMs, startMs }) => [plannedEndMs, endMs ?? startMs ?? 0]),
  )
  const critical = new Set(criticalPath.actual.path)
  return {
    wholeMs,
    bars: activities.map(
      ({ name, stage, outcome, plannedStartMs, plannedEndMs, startMs, endMs }): GanttBar => ({
        name,
        stage,
        outcome,
        isCritical: critical.has(name),
        planned: { from: plannedStartMs / wholeMs, to: plannedEndMs / wholeMs },
        actual: startMs === null ? null : { from: startMs / wholeMs, to: (endMs ?? wholeMs) / wholeMs },
      }),
    ),
  }
}

/** A node, by its place in the grid. */
export interface GraphNode {
  readonly name: string
  readonly outcome: ActivityOutcome
  readonly isCritical: boolean
  readonly column: number
  readonly row: number
}

export interface GraphEdge {
  readonly from: GraphNode
  readonly to: GraphNode
  readonly isCritical: boolean
  /** It did not need the other one, but what that one used. */
  readonly isByResource: boolean
}

export interface PlanGraph {
  readonly columns: number
  readonly rows: number
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

/** Each activity stands one column after the last of those that it needs. */
export function planGraphOf({ activities, criticalPath }: QualificationRecord): PlanGraph {
  const { path } = criticalPath.actual
  const columnOf = columnsOf(activities)
  const filled = new Map<number, number>()
  const nodes = activities.map(({ name, outcome }): GraphNode => {
    const column = columnOf.get(name) ?? 0
    const row = filled.get(column) ?? 0
    filled.set(column, row + 1)
    return { name, outcome, isCritical: path.includes(name), column, row }
  })
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const edges = activities.flatMap(({ name, needs }) =>
    needs.flatMap((need): GraphEdge[] => {
      const [from, to] = [byName.get(need), byName.get(name)]
      const isCritical = path.some((each, i) => each === need && path[i + 1] === name)
      return from === undefined || to === undefined ? [] : [{ from, to, isCritical, isByResource: false }]
    }),
  )
  const waits = path.slice(1).flatMap((name, i): GraphEdge[] => {
    const [from, to] = [byName.get(path[i] ?? ''), byName.get(name)]
    const isNeed = edges.some((edge) => edge.from === from && edge.to === to)
    return from === undefined || to === undefined || isNeed
      ? []
      : [{ from, to, isCritical: true, isByResource: true }]
  })
  return {
    columns: Math.max(0, ...columnOf.values()) + 1,
    rows: Math.max(1, ...filled.values()),
    nodes,
    edges: [...edges, ...waits],
  }
}

/** The longest way to each activity, counted in activities. */
function columnsOf(activities: readonly QualifiedActivity[]): ReadonlyMap<string, number> {
  const byName = new Map(activities.map((activity) => [activity.name, activity]))
  const found = new Map<string, number>()
  const columnOf = (name: string, before: ReadonlySet<string>): number => {
    const known = found.get(name)
    if (known !== undefined) return known
    // A stored document is not to be trusted to have no cycle.
    const needs = (byName.get(name)?.needs ?? []).filter((need) => byName.has(need) && !before.has(need))
    const beyond = new Set([...before, name])
    const column = Math.max(-1, ...needs.map((need) => columnOf(need, beyond))) + 1
    found.set(name, column)
    return column
  }
  for (const { name } of activities) columnOf(name, new Set([name]))
  return found
}
