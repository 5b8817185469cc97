// Names of colleagues for texts outside of components.
import { common } from '@/i18n/common'
import { engine } from '@/live/live'
import type { User } from '@/wire/records'

export const userName = (id: string): string =>
  engine.get()?.find('tenant')?.get<User>('users', id)?.name ?? common('unknownUser')
