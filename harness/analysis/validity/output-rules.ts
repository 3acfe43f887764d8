/** The rule about monitoring systems: what they do not take is missing there, and changes nothing about the run. */
import { type Rule, reason } from './rule.ts'

/** Some output failed, or was too slow. */
export const outputsFailed: Rule = ({ record: { outputs = {} } }) => {
  const failed = Object.entries(outputs).filter(
    ([, { failedCount, droppedCount }]) => failedCount + droppedCount > 0,
  )
  if (failed.length === 0) return null
  const texts = failed.map(([name, { place, sentCount, failedCount, droppedCount, lastError }]) => {
    const told = `${name} (${place}): ${failedCount} of ${sentCount + failedCount} batches failed`
    const dropped = droppedCount === 0 ? '' : `, ${droppedCount} dropped`
    return `${told}${dropped}${lastError === null ? '' : `: ${lastError}`}`
  })
  return reason('OUTPUT_FAILED', texts.join('; '), { outputs: Object.fromEntries(failed) }, 'warning')
}
