// The built-in roles' names in the reader's language; a renamed or own role keeps its name.
import { defineTexts } from '@/i18n'
import type { Role } from '@/wire/records'

const { texts } = defineTexts(
  'roles',
  { admin: 'Yönetici', manager: 'Müdür', sales: 'Satış', operations: 'Operasyon' },
  { admin: 'Administrator', manager: 'Manager', sales: 'Sales', operations: 'Operations' },
)

const builtin = new Set(['admin', 'manager', 'sales', 'operations'])

export function roleName(key: string, roles: readonly Role[] = []): string {
  const role = roles.find((r) => r.key === key)
  if (role && !role.builtin) return role.name
  return builtin.has(key) ? texts(key as Parameters<typeof texts>[0]) : (role?.name ?? key)
}
