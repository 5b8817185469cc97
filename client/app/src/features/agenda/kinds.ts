// The kinds of resources.
import { Box, DoorClosed, type LucideIcon, Wrench } from 'lucide-react'
import type { ResourceKind } from '@/wire/agenda'

export const resourceKinds: readonly ResourceKind[] = ['room', 'device', 'other']
const icons: Record<ResourceKind, LucideIcon> = { room: DoorClosed, device: Wrench, other: Box }
export const resourceIcon = (kind: ResourceKind): LucideIcon => icons[kind]
