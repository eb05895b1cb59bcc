import CRabbitMQ

/// The methods that announce a message.
enum ContentMethod {
    /// Nil for any other method.
    static func origin(
        _ id: amqp_method_number_t, _ decoded: UnsafeMutableRawPointer
    ) -> IncomingMessage.Origin? {
        switch id {
        case amqp_method_number_t(AMQP_BASIC_DELIVER_METHOD):
            .delivered(tag: decoded.assumingMemoryBound(to: amqp_basic_deliver_t.self).pointee.delivery_tag)
        case amqp_method_number_t(AMQP_BASIC_GET_OK_METHOD):
            got(decoded.assumingMemoryBound(to: amqp_basic_get_ok_t.self).pointee)
        case amqp_method_number_t(AMQP_BASIC_RETURN_METHOD):
            returned(decoded.assumingMemoryBound(to: amqp_basic_return_t.self).pointee)
        default: nil
        }
    }

    private static func got(_ method: amqp_basic_get_ok_t) -> IncomingMessage.Origin {
        .got(tag: method.delivery_tag, left: Int(method.message_count))
    }

    private static func returned(_ method: amqp_basic_return_t) -> IncomingMessage.Origin {
        .returned(code: method.reply_code, text: String(method.reply_text))
    }
}
