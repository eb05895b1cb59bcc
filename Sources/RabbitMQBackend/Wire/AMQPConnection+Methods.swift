import CRabbitMQ
import Foundation

// What is said to the broker on the channel, and its answers as events.
extension AMQPConnection {
    func send<Method>(_ id: amqp_method_number_t, _ method: inout Method) throws {
        try check(withUnsafeMutablePointer(to: &method) { amqp_send_method(state, channel, id, $0) })
    }

    /// Declares a queue. Answered by ``AMQPEvent/declared(queue:messages:consumers:)``; a queue that is there with other arguments
    /// closes the channel.
    func declare(_ queue: QueueDeclaration) throws {
        let arena = AMQPArena()
        var method = amqp_queue_declare_t()
        method.queue = arena.bytes(queue.name)
        method.passive = queue.isPassive ? 1 : 0
        method.durable = queue.isExclusive ? 0 : 1
        method.exclusive = queue.isExclusive ? 1 : 0
        method.auto_delete = queue.isExclusive ? 1 : 0
        method.arguments = arena.table(queue.arguments)
        try withExtendedLifetime(arena) { try send(amqp_method_number_t(AMQP_QUEUE_DECLARE_METHOD), &method) }
    }

    /// Deletes a queue with all that is in it.
    func delete(queue: String) throws {
        let arena = AMQPArena()
        var method = amqp_queue_delete_t()
        method.queue = arena.bytes(queue)
        try withExtendedLifetime(arena) { try send(amqp_method_number_t(AMQP_QUEUE_DELETE_METHOD), &method) }
    }

    func purge(queue: String) throws {
        let arena = AMQPArena()
        var method = amqp_queue_purge_t()
        method.queue = arena.bytes(queue)
        try withExtendedLifetime(arena) { try send(amqp_method_number_t(AMQP_QUEUE_PURGE_METHOD), &method) }
    }

    /// From now on published messages are confirmed, the first as number 1.
    func selectConfirms() throws {
        var method = amqp_confirm_select_t()
        try send(amqp_method_number_t(AMQP_CONFIRM_SELECT_METHOD), &method)
    }

    /// Publishes to a queue by its name; returned when there is no such queue.
    func publish(_ message: OutgoingMessage) throws {
        let arena = AMQPArena()
        var properties = amqp_basic_properties_t()
        properties._flags = amqp_flags_t(
            AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG
                | AMQP_BASIC_HEADERS_FLAG)
        properties.content_type = arena.bytes(message.contentType)
        properties.delivery_mode = UInt8(AMQP_DELIVERY_PERSISTENT.rawValue)
        properties.message_id = arena.bytes(message.messageID)
        properties.headers = arena.table(message.headers)
        if let expiration = message.expiration {
            properties._flags |= amqp_flags_t(AMQP_BASIC_EXPIRATION_FLAG)
            properties.expiration = arena.bytes(String(expiration))
        }
        let status = withExtendedLifetime(arena) {
            amqp_basic_publish(
                state, channel, amqp_bytes_t(), arena.bytes(message.queue), 1, 0, &properties,
                arena.bytes(message.body))
        }
        try check(status)
    }

    /// How many deliveries a consumer that begins afterwards gets ahead of their settlement.
    func limitDeliveries(to count: Int) throws {
        var method = amqp_basic_qos_t(prefetch_size: 0, prefetch_count: UInt16(clamping: count), global: 0)
        try send(amqp_method_number_t(AMQP_BASIC_QOS_METHOD), &method)
    }

    func consume(queue: String, as tag: String) throws {
        let arena = AMQPArena()
        var method = amqp_basic_consume_t()
        method.queue = arena.bytes(queue)
        method.consumer_tag = arena.bytes(tag)
        try withExtendedLifetime(arena) { try send(amqp_method_number_t(AMQP_BASIC_CONSUME_METHOD), &method) }
    }

    func stopConsuming(_ tag: String) throws {
        let arena = AMQPArena()
        var method = amqp_basic_cancel_t()
        method.consumer_tag = arena.bytes(tag)
        try withExtendedLifetime(arena) { try send(amqp_method_number_t(AMQP_BASIC_CANCEL_METHOD), &method) }
    }

    func get(queue: String) throws {
        let arena = AMQPArena()
        var method = amqp_basic_get_t()
        method.queue = arena.bytes(queue)
        try withExtendedLifetime(arena) { try send(amqp_method_number_t(AMQP_BASIC_GET_METHOD), &method) }
    }

    func acknowledge(_ tag: UInt64) throws {
        try check(amqp_basic_ack(state, channel, tag, 0))
    }

    /// Gives a delivery back to the queue.
    func giveBack(_ tag: UInt64) throws {
        try check(amqp_basic_nack(state, channel, tag, 0, 1))
    }

    /// The event that a method of the broker's is; nil for one that matters to nobody here.
    func answer(to id: amqp_method_number_t, _ decoded: UnsafeMutableRawPointer) throws -> AMQPEvent? {
        switch id {
        case amqp_method_number_t(AMQP_BASIC_ACK_METHOD):
            let method = decoded.assumingMemoryBound(to: amqp_basic_ack_t.self).pointee
            return .confirmed(tag: method.delivery_tag, multiple: method.multiple != 0, isAccepted: true)
        case amqp_method_number_t(AMQP_BASIC_NACK_METHOD):
            let method = decoded.assumingMemoryBound(to: amqp_basic_nack_t.self).pointee
            return .confirmed(tag: method.delivery_tag, multiple: method.multiple != 0, isAccepted: false)
        case amqp_method_number_t(AMQP_QUEUE_DECLARE_OK_METHOD):
            let method = decoded.assumingMemoryBound(to: amqp_queue_declare_ok_t.self).pointee
            return .declared(
                queue: String(method.queue), messages: Int(method.message_count), consumers: Int(method.consumer_count))
        case amqp_method_number_t(AMQP_QUEUE_PURGE_OK_METHOD):
            return .purged(
                messages: Int(decoded.assumingMemoryBound(to: amqp_queue_purge_ok_t.self).pointee.message_count))
        case amqp_method_number_t(AMQP_BASIC_GET_EMPTY_METHOD): return .nothingToGet
        case amqp_method_number_t(AMQP_BASIC_CONSUME_OK_METHOD): return .consuming
        case amqp_method_number_t(AMQP_BASIC_CANCEL_OK_METHOD): return .stoppedConsuming
        case amqp_method_number_t(AMQP_BASIC_CANCEL_METHOD): return .consumerLost
        case amqp_method_number_t(AMQP_CHANNEL_OPEN_OK_METHOD),
            amqp_method_number_t(AMQP_CHANNEL_CLOSE_OK_METHOD), amqp_method_number_t(AMQP_CONFIRM_SELECT_OK_METHOD),
            amqp_method_number_t(AMQP_QUEUE_DELETE_OK_METHOD):
            return .done
        case amqp_method_number_t(AMQP_CHANNEL_FLOW_METHOD):
            // Not sent since RabbitMQ 2.8; whoever asks for it gets the answer that the protocol wants.
            let flow = decoded.assumingMemoryBound(to: amqp_channel_flow_t.self).pointee
            var reply = amqp_channel_flow_ok_t(active: flow.active)
            try send(amqp_method_number_t(AMQP_CHANNEL_FLOW_OK_METHOD), &reply)
            return nil
        default: return nil
        }
    }
}

extension AMQPConnection {
    /// Declares a queue and waits for the answer; returns how many messages are ready in it.
    func declared(_ queue: QueueDeclaration, until deadline: ContinuousClock.Instant) throws -> Int {
        try declare(queue)
        return try wait(until: deadline) {
            if case .declared(queue.name, let messages, _) = $0 { messages } else { nil }
        }
    }
}
