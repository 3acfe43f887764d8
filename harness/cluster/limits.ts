/** The times of the protocol between hosts, each with its reason. */

/** Taken off the end of a lease, so that no grain of a clock makes it longer than it was granted. */
export const LEASE_GUARD_MS = 250
/** Added before a worker is taken for lost: it has stopped by then, whatever it thinks. */
export const DEAD_AFTER_MS = 500
/** A lease is renewed this often in its length: three renewals may fail. */
export const RENEWALS_A_LEASE = 4
/** After a renewal that failed. */
export const RETRY_MS = 1_000
/** The time for an answer to a renewal. */
export const ANSWER_MS = 1_000
/** Control is told this often: whoever misses one beat hears the next soon. */
export const BEAT_MS = 250
/** A beat is too old to begin load on. */
export const FRESH_BEAT_MS = 1_000
/** A worker that hears nothing of its coordinator before load is free again. */
export const HOLD_MS = 30_000
/** A second is closed this long after its end, whoever has not delivered it. */
export const CLOSE_AFTER_MS = 3_000
/** An interval that is not in the log after this time is sent again. */
export const RESEND_MS = 3_500
/** Looks at the clock of the coordinator, of which the quickest counts. */
export const CLOCK_LOOKS = 16
/** Between looks, so that not all of them meet the same delay. */
export const CLOCK_LOOK_PAUSE_MS = 20
/** A clock that is known no better is no common start. */
export const CLOCK_BOUND_MAX_MS = 100
/** The log is appended to this often, so that its silence means that nobody leads. */
export const APPEND_MS = 1_000
/** A log that is silent for so long has lost its writer: three entries are missing. */
export const LEADER_SILENCE_MS = 3_000
/** Time to read the log of a run from its beginning. */
export const READ_LOG_LIMIT_MS = 60_000
/** Whoever has not begun so long after run start never will: it was not told, because its coordinator was lost. */
export const NEVER_BEGAN_MS = 2_000
/** Time for the answers to the question who is there. */
export const WHO_MS = 1_000
/** Time for a worker to look at its machine. */
export const LOOK_LIMIT_MS = 30_000
/** Time for a worker to get its shards ready. */
export const LOAD_LIMIT_MS = 60_000
/** The start is at least this far away when it is told. */
export const ARM_LEAD_MS = 1_000
/** Whoever has not confirmed the start this long before it keeps it from happening. */
export const ARM_CONFIRM_MS = 300
/** Threads are told of the start this long before it. */
export const START_LEAD_MS = 100
/** Whoever is still heard of may deliver its last intervals for so long after the end. */
export const DELIVER_LIMIT_MS = 60_000
/** Characters of a piece of a text: well below what a broker takes at once. */
export const PIECE_CHARS = 256 * 1024
/** Counts that come later than this are worth a line. */
export const LAG_NOTE_MS = 5_000
/** A worker of which nothing has come for so long is late. */
export const LATE_MS = 4_000
