/** Activities and what each of them waits for. */

/** The kinds of a dependency: which end of one activity waits for which end of another. */
export const DEPENDENCY_KINDS = ['finish-to-start', 'start-to-start', 'finish-to-finish'] as const
export type DependencyKind = (typeof DEPENDENCY_KINDS)[number]

export interface Activity {
  readonly name: string
  /** Whole, so that sums are exact. */
  readonly durationMs: number
}

/** One activity waits for another. */
export interface Dependency {
  readonly before: string
  readonly after: string
  readonly kind: DependencyKind
}

/** The names of activities differ, and dependencies name only them. */
export interface ActivityGraph {
  readonly activities: readonly Activity[]
  readonly dependencies: readonly Dependency[]
}

/** Groups the dependencies by one of their ends, under the name of every activity. */
export function dependenciesBy(
  end: 'before' | 'after',
  { activities, dependencies }: ActivityGraph,
): ReadonlyMap<string, readonly Dependency[]> {
  const groups = new Map(activities.map(({ name }) => [name, [] as Dependency[]]))
  for (const dependency of dependencies) groups.get(dependency[end])?.push(dependency)
  return groups
}

/** The activities in an order in which each stands after all that it waits for; those that a cycle keeps out are missing. */
export function topologicalOrder(graph: ActivityGraph): readonly Activity[] {
  const { activities } = graph
  const byName = new Map(activities.map((activity) => [activity.name, activity]))
  const followers = dependenciesBy('before', graph)
  const awaited = new Map(
    [...dependenciesBy('after', graph)].map(([name, dependencies]) => [name, dependencies.length]),
  )
  const order = activities.filter(({ name }) => awaited.get(name) === 0)
  for (const { name } of order)
    for (const { after } of followers.get(name) ?? []) {
      const left = (awaited.get(after) ?? 0) - 1
      awaited.set(after, left)
      const activity = byName.get(after)
      if (left === 0 && activity !== undefined) order.push(activity)
    }
  return order
}
