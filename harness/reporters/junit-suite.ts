/** A suite of JUnit XML: cases with their results, whatever they are about. */
import junitModule, { type Builder, type TestCase } from 'junit-report-builder'
import { visible } from '../base/visible.ts'

// The module is the builder; its types say that it has one by the name of default.
const junit = junitModule as unknown as Builder

/** The result of a case and its reason; `text` may have several lines. */
export interface Outcome {
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped'
  /** The type of a failure, for machines. */
  readonly type: string
  readonly message: string
  readonly text: string
}

export interface Case {
  readonly name: string
  readonly outcome: Outcome
}

export interface Suite {
  readonly name: string
  readonly className: string
  readonly startedAt: string
  readonly seconds: number
  readonly properties: readonly (readonly [name: string, value: string])[]
  /** Path of the scenario; null for none. */
  readonly file: string | null
  /** The first one is given the time of the suite. */
  readonly cases: readonly Case[]
}

export function renderSuite(suite: Suite): string {
  return renderSuites([suite])
}

export function renderSuites(suites: readonly Suite[]): string {
  const builder = junit.newBuilder().name('proofload')
  for (const suite of suites) addSuite(builder, suite)
  return `${builder.build()}\n`
}

function addSuite(
  builder: Builder,
  { name, className, startedAt, seconds, properties, file, cases }: Suite,
): void {
  const suite = builder.testSuite().name(xmlText(name)).timestamp(startedAt).time(seconds)
  for (const [property, value] of properties) suite.property(property, xmlText(value))
  for (const [i, { name: title, outcome }] of cases.entries()) {
    const each = suite
      .testCase()
      .className(xmlText(className))
      .name(xmlText(title))
      .time(i === 0 ? seconds : 0)
    if (file !== null) each.file(xmlText(file))
    settle(each, outcome)
  }
}

function settle(each: TestCase, outcome: Outcome): void {
  const { kind, type } = outcome
  const message = xmlText(outcome.message)
  const text = outcome.text.split('\n').map(xmlText).join('\n')
  switch (kind) {
    case 'failure':
      each.failure(message, type).stacktrace(text)
      return
    case 'error':
      each.error(message, type, text)
      return
    case 'skipped':
      each.skipped().standardOutput(text)
      return
    case 'passed':
      each.standardOutput(text)
  }
}

/** On one line, without what no XML may hold, and without the end of a CDATA section, of which the builder sees only the first. */
function xmlText(text: string): string {
  return visible(text)
    .replaceAll('\ufffe', '\\u{fffe}')
    .replaceAll('\uffff', '\\u{ffff}')
    .replaceAll(']]>', ']]\\u{3e}')
}

export function passed(text: string): Outcome {
  return { kind: 'passed', type: '', message: '', text }
}

export function skipped(text: string): Outcome {
  return { kind: 'skipped', type: '', message: '', text }
}
