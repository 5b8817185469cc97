// What a screen shows of something that was read over HTTP and could not be read again.
import { isAnswer } from './errors'

interface Read {
  isError: boolean
  data: unknown
  error: unknown
}

/**
 * Nothing can be shown: nothing was read so far, or the server says no. What was read stays on the
 * screen while only the connection or the server is away; the shell tells that.
 */
export const hasFailed = <R extends Read>(read: R): read is R & { isLoadingError: true } =>
  read.isError && (read.data === undefined || isAnswer(read.error))
