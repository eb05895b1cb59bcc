import EngineIO
