/* SPDX-License-Identifier: Apache-2.0 */
/* Word to the service manager that started us (systemd's notification protocol: a datagram
 * to the socket that NOTIFY_SOCKET names). Without that variable nothing happens. */
#pragma once

/* "READY=1", "STOPPING=1", "RELOADING=1"; several assignments on lines of their own. */
void notify_manager(const char *state);
