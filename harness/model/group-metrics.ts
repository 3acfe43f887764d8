/** The metric of groups of steps; its cells have the name of the group in the place of a step, and the outcome ok or failed. */
export const GROUP_TIME = 'group_time'
