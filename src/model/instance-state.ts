/** `finishing`: the instance has answered, but its runtime has not asked for the next event yet. */
export type InstanceState = 'starting' | 'idle' | 'busy' | 'finishing' | 'ended'
