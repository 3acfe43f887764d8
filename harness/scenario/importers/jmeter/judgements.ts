/** Extractors and assertions of a sampler as extractions and expectations. */
import { putAt } from '../../../base/names.ts'
import { type ImportedExpect, literal } from '../imported.ts'
import { pathOf } from '../json-path-text.ts'
import type { ImportReport } from '../report.ts'
import type { PlanData } from './data.ts'
import type { PlanNode } from './nodes.ts'
import { collectionOf, type Element, propertyOf } from './xml.ts'

/** Extractions and expectations of a sampler. @param scope elements that hold for it */
export function judgementsOf(scope: readonly PlanNode[], data: PlanData, report: ImportReport) {
  let expect: ImportedExpect = {}
  const extract: Record<string, string> = {}
  for (const { kind, element, name } of scope) {
    if (kind === 'RegexExtractor') {
      const pattern = propertyOf(element, 'RegexExtractor.regex')
      if (isPattern(pattern))
        putAt(extract, data.extracted(propertyOf(element, 'RegexExtractor.refname')), `regex:${pattern}`)
      else report.lost('extractors', name)
      if (/^(?:0|-1)$/.test(propertyOf(element, 'RegexExtractor.match_number')))
        report.lost('extractors of any match: the first one is taken', name)
    } else if (kind === 'JSONPostProcessor') addJsonPaths(element, name, extract, data, report)
    else if (kind === 'BoundaryExtractor') {
      const [left, right] = [
        propertyOf(element, 'BoundaryExtractor.lboundary'),
        propertyOf(element, 'BoundaryExtractor.rboundary'),
      ]
      putAt(
        extract,
        data.extracted(propertyOf(element, 'BoundaryExtractor.refname')),
        `regex:${escaped(left)}([\\s\\S]*?)${escaped(right)}`,
      )
    } else if (kind === 'ResponseAssertion') expect = { ...expect, ...expectationOf(element, name, report) }
    else if (kind === 'JSONPathAssertion') expect = { ...expect, ...jsonExpectation(element, name, report) }
    else if (/(?:Extractor|PostProcessor|Assertion|PreProcessor)$/.test(kind))
      report.lost('elements of the plan', `${kind} ${name}`)
  }
  return { expect, extract }
}

function addJsonPaths(
  element: Element,
  name: string,
  extract: Record<string, string>,
  data: PlanData,
  report: ImportReport,
): void {
  const names = propertyOf(element, 'JSONPostProcessor.referenceNames').split(';')
  const paths = propertyOf(element, 'JSONPostProcessor.jsonPathExprs').split(';')
  names.forEach((variable, i) => {
    const path = pathOf(paths[i] ?? '')
    if (path === null) report.lost('JSON paths to many values', `${paths[i]}, ${name}`)
    else putAt(extract, data.extracted(variable.trim()), `json:${path}`)
  })
}

function expectationOf(element: Element, name: string, report: ImportReport): ImportedExpect {
  const field = propertyOf(element, 'Assertion.test_field')
  const type = Number(propertyOf(element, 'Assertion.test_type') || 2)
  const texts = collectionOf(element, 'Asserion.test_strings').map(({ text }) => text)
  const [first = ''] = texts
  // Bits: 1 match, 2 contains, 8 equals, 16 substring; 4 not, 32 or.
  const isPlain = (type & 4) === 0 && texts.length > 0
  if (isPlain && field === 'Assertion.response_code' && texts.every((text) => /^\d{3}$/.test(text)))
    return { status: texts.length === 1 ? Number(first) : texts.map(Number) }
  if (isPlain && field === 'Assertion.response_data' && !first.includes('${')) {
    if (texts.length > 1) report.lost('assertions of several texts: the first one is taken', name)
    if ((type & 16) !== 0) return { body: { contains: literal(first) } }
    if (isPattern(first)) return { body: { matches: literal(first) } }
  }
  report.lost('assertions', name)
  return {}
}

function jsonExpectation(element: Element, name: string, report: ImportReport): ImportedExpect {
  const path = pathOf(propertyOf(element, 'JSON_PATH'))
  const value = propertyOf(element, 'EXPECTED_VALUE')
  if (
    path !== null &&
    propertyOf(element, 'JSONVALIDATION') === 'true' &&
    propertyOf(element, 'ISREGEX') !== 'true' &&
    !value.includes('${')
  )
    return { body: { json: { [path]: jsonValue(value) } } }
  report.lost('assertions', name)
  return {}
}

function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A text without quotes.
    return text
  }
}

function isPattern(text: string): boolean {
  if (text === '' || text.includes('${') || text.includes('{{')) return false
  try {
    new RegExp(text)
    return true
  } catch {
    // Of another dialect.
    return false
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
