/** Joint conditions (`slos`) as a shard judges them: every value that a condition names has a place in one row of numbers. */
import type { Measure } from '../model/measures.ts'
import type { SloPlan } from '../model/plan/slo-schema.ts'
import { SLO_TIMES } from '../model/slo-metrics.ts'

/** A condition that knows where its value stands. */
export interface SloCondition {
  readonly text: string
  readonly place: number
  holds(value: number): boolean
}

/** An slo that judges a step. */
export interface StepSlo {
  readonly name: string
  readonly conditions: readonly SloCondition[]
}

/** The joint conditions of a plan. */
export class Slos {
  readonly #places = new Map<string, number>(SLO_TIMES.map((name, place) => [name, place]))
  readonly #slos: readonly (StepSlo & Pick<SloPlan, 'steps'>)[]

  constructor(plans: Readonly<Record<string, SloPlan>>) {
    this.#slos = Object.entries(plans).map(([name, { steps, conditions }]) => ({
      name,
      steps,
      conditions: conditions.map(({ text, metric, op, bound }) => ({
        text,
        place: this.#placeOf(metric),
        holds: comparison(op, bound),
      })),
    }))
  }

  /** Returns the conditions that judge the requests of a step. */
  ofStep(step: string): readonly StepSlo[] {
    return this.#slos.filter(({ steps }) => steps === null || steps.includes(step))
  }

  /** Makes the row of an exchange. */
  createValues(): SloValues {
    return new SloValues(this.#places)
  }

  #placeOf(metric: string): number {
    const place = this.#places.get(metric) ?? this.#places.size
    this.#places.set(metric, place)
    return place
  }
}

/** The values of one exchange that conditions name; NaN = there is none. */
export class SloValues {
  readonly #places: ReadonlyMap<string, number>
  readonly #values: Float64Array

  constructor(places: ReadonlyMap<string, number>) {
    this.#places = places
    this.#values = new Float64Array(places.size).fill(Number.NaN)
  }

  clear(): void {
    this.#values.fill(Number.NaN)
  }

  at(place: number): number {
    return this.#values[place] as number
  }

  put(place: number, value: number): void {
    this.#values[place] = value
  }

  /** Notes the value of a measure, if a condition names it. */
  note({ name }: Measure, value: number): void {
    const place = this.#places.get(name)
    if (place !== undefined) this.#values[place] = value
  }
}

function comparison(op: SloPlan['conditions'][number]['op'], bound: number): SloCondition['holds'] {
  switch (op) {
    case '<':
      return (value) => value < bound
    case '<=':
      return (value) => value <= bound
    case '>':
      return (value) => value > bound
    case '>=':
      return (value) => value >= bound
  }
}
