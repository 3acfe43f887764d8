/** Limits beyond which the generator is late, or has lost its sense of time. */

/**
 * A loop of the generator that stands still at least this long (a paused machine, code that never yields) has lost its
 * sense of time: nothing that was under way is timed, and no timed objective of the run can be judged.
 */
export const LOOP_STALL_MS = 500

/** Journeys begun later than this after their intended start count as late. */
export const LATE_START_MS = 10

/** The most requests that one agent may have under way at once: more than any page has parts, and no stall of the loop to send. */
export const AGENT_REQUESTS_MAX = 1_000

/** The same for all agents of a thread: seconds of its work, and some 250 MB. */
export const THREAD_REQUESTS_MAX = 100_000
