/** The rule about mocks: what they do is no evidence about the targets whose places they took. */
import { type Rule, reason } from './rule.ts'

export const TARGET_MOCKED = 'TARGET_MOCKED'

/** Some target was away, and a mock took its load. */
export const mocked: Rule = ({ record: { plan } }) => {
  const { mocked: taken = [], targets } = plan
  if (taken.length === 0) return null
  const share = `${taken.length} of ${Object.keys(targets).length} targets`
  const names = taken.map(({ target, by }) => `${target} (${by})`).join(', ')
  const message = `GO is not possible, nor NO-GO: ${share} could not be reached and ran on a mock: ${names}`
  return reason(TARGET_MOCKED, message, { mocked: taken })
}
