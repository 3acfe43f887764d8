/** The number of requests in a pass through steps, known before any load: exact without conditions, between two bounds with them. */
import type { RequestStepPlan, RunPlan, StepPlan } from '../model/plan.ts'

/** Bounds of a number of requests; equal where it is known. */
export interface RequestBounds {
  readonly least: number
  readonly most: number
}

/** Returns the journeys whose number of requests conditions decide. */
export function boundedJourneys({
  journeys,
}: Pick<RunPlan, 'journeys'>): (RequestBounds & { readonly journey: string })[] {
  return journeys.flatMap(({ name, steps }) => {
    const bounds = requestsOf(steps ?? [], undefined)
    return bounds.least === bounds.most ? [] : [{ journey: name, ...bounds }]
  })
}

const NONE: RequestBounds = { least: 0, most: 0 }

/** Returns the expected requests of steps, or those of them under one name: of a choice by weight, of follow-ups by probability. */
export function requestsOf(steps: readonly StepPlan[], wanted: string | undefined): RequestBounds {
  return steps.reduce((sum, step) => plus(sum, requestsIn(step, wanted)), NONE)
}

function requestsIn(step: StepPlan, wanted: string | undefined): RequestBounds {
  const of = (steps: readonly StepPlan[]) => requestsOf(steps, wanted)
  switch (step.kind) {
    case 'think':
    case 'pace':
    case 'rendezvous':
      return NONE
    case 'request':
      return exactly(expectedOf(step, wanted))
    case 'choice': {
      const weights = step.alternatives.reduce((sum, { weight }) => sum + weight, 0)
      return exactly(
        step.alternatives.reduce(
          (sum, { weight, step: each }) => sum + (weight / weights) * expectedOf(each, wanted),
          0,
        ),
      )
    }
    case 'repeat': {
      const round = of(step.steps)
      const most = round.most * step.times
      if (step.while !== null) return { least: 0, most }
      return { least: round.least * (step.until === null ? step.times : 1), most }
    }
    case 'group':
    case 'parallel':
      return of(step.steps)
    case 'if':
      return eitherOf([of(step.steps), of(step.else)])
    case 'switch':
      return eitherOf([...step.cases.map(({ steps }) => of(steps)), of(step.else)])
  }
}

function expectedOf(step: RequestStepPlan, wanted: string | undefined): number {
  const own = wanted === undefined || step.name === wanted ? 1 : 0
  return step.followUps.reduce(
    (sum, { probability, step: followUp }) => sum + probability * expectedOf(followUp, wanted),
    own,
  )
}

function exactly(amount: number): RequestBounds {
  return { least: amount, most: amount }
}

function plus(a: RequestBounds, b: RequestBounds): RequestBounds {
  return { least: a.least + b.least, most: a.most + b.most }
}

function eitherOf(ways: readonly RequestBounds[]): RequestBounds {
  return {
    least: Math.min(...ways.map(({ least }) => least)),
    most: Math.max(...ways.map(({ most }) => most)),
  }
}
