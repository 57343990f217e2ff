/** The states of a runtime, with the names in AWS's error messages. @see contract 1.6 */
export type RuntimeStateName = 'Started' | 'InitError' | 'Ready' | 'Running' | 'RuntimeResponseSentState'

type Transition = 'Ready' | 'InitError' | 'InvocationResponse' | 'InvocationErrorResponse'

const ALLOWED: Readonly<Record<RuntimeStateName, Partial<Record<Transition, RuntimeStateName>>>> = {
  Started: { Ready: 'Ready', InitError: 'InitError' },
  InitError: {},
  Ready: { Ready: 'Ready' },
  // A second /next before the answer gets the same event again.
  Running: {
    Ready: 'Running',
    InvocationResponse: 'RuntimeResponseSentState',
    InvocationErrorResponse: 'RuntimeResponseSentState',
  },
  RuntimeResponseSentState: { Ready: 'Ready' },
}

export class RuntimeState {
  name: RuntimeStateName = 'Started'

  /** Follows a call of the runtime. Returns AWS's error message if the call is not allowed now. */
  transition(to: Transition): string | undefined {
    const next = ALLOWED[this.name][to]
    if (next === undefined) {
      return `State transition from ${this.name} to ${to} failed for runtime. Error: State transition is not allowed`
    }
    this.name = next
    return undefined
  }

  /** An event was handed to the runtime. */
  running(): void {
    this.name = 'Running'
  }

  reset(): void {
    this.name = 'Started'
  }
}
