/// The texts that automatic messages are drawn from unless the configuration has its own.
public enum ShippedTemplates {
    /// Ten texts, each fit for any two names.
    public static func all(in language: Configuration.Schedule.Language) -> [MessageTemplate] {
        switch language {
        case .en: english.map(MessageTemplate.init(unchecked:))
        case .tr: turkish.map(MessageTemplate.init(unchecked:))
        }
    }

    private static let english = [
        "Hi {receiver}! {sender} here. How is your day going?",
        "Hello {receiver}, we have not talked yet. What are you working on?",
        "Hey {receiver}! What made you smile today?",
        "Hi {receiver}, {sender} says hello. Any plans for the weekend?",
        "Good to meet you, {receiver}! What is the best book or film you came across lately?",
        "Hi {receiver}! What is one thing you learned this week?",
        "Hello {receiver}, {sender} here. Tea or coffee, and why?",
        "Hey {receiver}! Which place would you like to see one day?",
        "Hi {receiver}, what do you listen to while you work?",
        "Hello {receiver}! {sender} would like to know: what are you looking forward to?",
    ]

    // A name takes no ending here: which one fits depends on how it is spoken.
    private static let turkish = [
        "Merhaba {receiver}! Ben {sender}. Günün nasıl geçiyor?",
        "Selam {receiver}, daha önce hiç konuşmadık. Bu aralar neyle uğraşıyorsun?",
        "Merhaba {receiver}! Bugün seni ne gülümsetti?",
        "Selam {receiver}, ben {sender}. Hafta sonu için bir planın var mı?",
        "Tanıştığımıza sevindim {receiver}! Son zamanlarda en beğendiğin kitap ya da film hangisi?",
        "Merhaba {receiver}! Bu hafta öğrendiğin yeni bir şey var mı?",
        "Selam {receiver}, ben {sender}. Çay mı kahve mi, neden?",
        "Merhaba {receiver}! Bir gün görmek istediğin bir yer var mı?",
        "Selam {receiver}, çalışırken ne dinlersin?",
        "Merhaba {receiver}! Ben {sender}. Bu günlerde en çok neyi dört gözle bekliyorsun?",
    ]
}
