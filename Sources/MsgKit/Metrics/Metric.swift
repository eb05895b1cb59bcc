/// Every metric of this program, by the name that it has outside.
///
/// Labels have few values each: kinds, routes, outcomes; never an id, an address or what a client wrote.
public enum Metric: String, CaseIterable, Sendable {
    // People's requests.
    case httpRequests = "msgctl_http_requests_total"
    case httpRequestSeconds = "msgctl_http_request_seconds"
    // Sockets.
    case socketConnections = "msgctl_socket_connections"
    case socketsOpened = "msgctl_sockets_opened_total"
    case socketUpgrades = "msgctl_socket_upgrades_total"
    case socketsClosed = "msgctl_sockets_closed_total"
    case socketsRefused = "msgctl_sockets_refused_total"
    case socketEvents = "msgctl_socket_events_total"
    case socketEventSeconds = "msgctl_socket_event_seconds"
    case socketEventFailures = "msgctl_socket_event_failures_total"
    case socketEmits = "msgctl_socket_emits_total"
    case socketDeliveries = "msgctl_socket_deliveries_total"
    case socketDrops = "msgctl_socket_drops_total"
    case socketRecoveries = "msgctl_socket_recoveries_total"
    // Events between processes.
    case busWaiting = "msgctl_bus_commands_waiting"
    case busDropped = "msgctl_bus_commands_dropped_total"
    case busLosses = "msgctl_bus_losses_total"
    // Messages.
    case messagesStored = "msgctl_messages_stored_total"
    case messageStoreSeconds = "msgctl_message_store_seconds"
    case searchRefused = "msgctl_search_documents_refused_total"
    case searchLag = "msgctl_search_index_lag_seconds"
    // The pipeline.
    case scheduleRuns = "msgctl_schedule_runs_total"
    case scheduleRunSeconds = "msgctl_schedule_run_seconds"
    case scheduleLastRun = "msgctl_schedule_last_run_timestamp_seconds"
    case scheduleLastDone = "msgctl_schedule_last_done_timestamp_seconds"
    case messagesQueued = "msgctl_messages_queued_total"
    case deliveries = "msgctl_deliveries_total"
    case deliverySeconds = "msgctl_delivery_seconds"
    case deliveryDelay = "msgctl_delivery_delay_seconds"
    case queueJobs = "msgctl_queue_jobs"
    case queueOldest = "msgctl_queue_oldest_seconds"
    // Engines, pools, this process.
    case engineUp = "msgctl_engine_up"
    case engineProbeSeconds = "msgctl_engine_probe_seconds"
    case poolSize = "msgctl_pool_size"
    case poolInUse = "msgctl_pool_in_use"
    case poolWaiting = "msgctl_pool_waiting"
    case buildInfo = "msgctl_build_info"
    case seriesRefused = "msgctl_metrics_series_refused_total"
}
