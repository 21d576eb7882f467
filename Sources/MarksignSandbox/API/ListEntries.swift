/// What the lists say about the signer whom they know: invented persons in the published shape, whose dates take
/// several forms and whose fields are partly empty.
enum ListEntries {
    static let sanctions: AnswerValue = .object([
        ("id", .number(17)), ("reference", "10131008196"),
        ("first_name", "Name"), ("last_name", "SURNAME"), ("full_name", ""),
        ("date_of_birth", "18 Apr 1981"), ("place_of_birth", "Country"),
        ("aka", "Name al-Surname"), ("gender", "male"), ("document_number", ""), ("country_of_origin", "Country"),
        ("type_sdn_or_entity", "Individual"), ("name_of_the_list", "Sandbox sanctions list"),
        ("date_of_publication", "Sandbox list"), ("date_of_publication_of_the_list", "2020-09-23 07:28:28"),
        ("search_created_at", "2019-04-07T11:21:53Z"), ("associates", .object([("parent", "Name Surname")])),
        ("image_url", "http://sandbox.invalid/photo.jpg"), ("date_of_death", "2020-09-23 07:28:28"),
    ])

    static let peps: AnswerValue = .object([
        ("id", .number(1422)), ("reference", "10101007067-sandbox"),
        ("first_name", "Name"), ("last_name", "Surname"), ("full_name", "Name Surname"),
        ("political_position", "Sandbox politician"), ("associates", .object([("parent", "Name Surname")])),
        ("aka", "Name Surname, Name Surname"), ("date_of_birth", "1972-07-20"), ("place_of_birth", "Country"),
        ("gender", "male"), ("country_of_origin", ""), ("country_of_activity", ""),
        ("search_created_at", "2020-06-30 08:40:02"), ("date_of_death", "2020-06-30 08:40:02"),
    ])
}
