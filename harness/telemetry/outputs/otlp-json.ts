/** Parts of OTLP in JSON: attributes, and whole numbers as text because JSON has no 64 bits. */

/** An attribute of any kind. */
export interface OtlpAttribute {
  readonly key: string
  readonly value: object
}

export function attributesOf(
  values: Readonly<Record<string, string | number | boolean | null | undefined>>,
): OtlpAttribute[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === null || value === undefined ? [] : [{ key, value: attributeValue(value) }],
  )
}

function attributeValue(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

/** Returns an instant as text: nanoseconds since 1970. */
export function nanosOf(wallMs: number): string {
  return String(BigInt(Math.round(wallMs * 1000)) * 1000n)
}

/** Names this harness as the maker of what is sent. */
export const SCOPE = { name: 'proofload' }

/** The source of everything of one run. */
export function resourceOf(scenario: string, runId: string, version: string): object {
  return {
    attributes: attributesOf({
      'service.name': 'proofload',
      'service.version': version,
      'proofload.scenario': scenario,
      'proofload.run_id': runId,
    }),
  }
}
